// The app's login. `minutesAgo` makes it as old as the test needs it.
import { shop } from '../../codes'
import { startSession } from '../../session'

export async function POST(req: Request): Promise<Response> {
  const { user, password, minutesAgo = 0 } = Object.fromEntries(await req.formData())
  const result = await shop().signIn({ user, password }, undefined)
  if (!result.ok) return new Response(null, { status: result.status })
  const authTime = Math.floor(Date.now() / 1000) - Number(minutesAgo) * 60
  const cookie = await startSession(result.user, authTime)
  return new Response(null, { status: 303, headers: { location: '/', 'set-cookie': cookie } })
}
