// Ends the session in this browser.
export function POST(): Response {
  const headers = { location: '/', 'set-cookie': 'session=; Path=/; Max-Age=0' }
  return new Response(null, { status: 303, headers })
}
