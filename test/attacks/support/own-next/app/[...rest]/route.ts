// Whatever is asked for needs more proof, so that every target becomes one to return to.
import { guards } from '../../lib/own-guards.ts'

export async function GET(req: Request, context: { params: Promise<object> }): Promise<Response> {
  const guard = guards.get('no-proxy')
  if (guard === undefined) return Response.json({}, { status: 404 })
  return guard.route('proved', () => Response.json({ reached: true }))(req, context)
}

export const POST = GET
