// Behind proxy.ts or middleware.ts alone: shows whether they did anything.
export const dynamic = 'force-dynamic'

export function GET(): Response {
  return Response.json({ unguarded: true })
}
