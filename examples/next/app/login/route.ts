// The app's own login: a password, and a session cookie that the guard's `identity` reads.
import { isFromAnotherSite, loginPage } from '@countersign/example-shop'
import { answer, answerMessage, seeOther } from '../../lib/answer.ts'
import { bodyOf } from '../../lib/body-of.ts'
import { shop } from '../../lib/shop.ts'

export function GET(req: Request): Response {
  const { demo } = shop()
  return answer(req, { page: () => loginPage({ demo }), json: () => ({ post: '/login' }) })
}

export async function POST(req: Request): Promise<Response> {
  if (isFromAnotherSite((name) => req.headers.get(name))) return answerMessage(req, 403)
  const { signIn, sessions, demo } = shop()
  const { user, password } = await bodyOf(req)
  const result = await signIn({ user, password }, undefined)
  if (result.ok) return seeOther('/account', (await sessions.start(result.user)).cookie)
  const { status, problem } = result
  const name = typeof user === 'string' ? user : undefined
  const response = answer(
    req,
    { page: () => loginPage({ name, problem, demo }), json: () => ({ problem }) },
    status,
  )
  if (status === 429) response.headers.set('retry-after', String(result.retryAfterSeconds))
  return response
}
