// The challenge page: the app checks the code, the guard remembers that it was checked.
import { demoAuthenticator, PAGE_HEADERS, stepUpPage } from '@countersign/example-shop'
import type { OpenChallenge } from '@countersign/next'
import { answer, answerMessage } from '../../lib/answer.ts'
import { bodyOf } from '../../lib/body-of.ts'
import { guard } from '../../lib/guard.ts'
import { isRequestFromHere } from '../../lib/is-from-here.ts'
import { shop } from '../../lib/shop.ts'

export async function GET(req: Request): Promise<Response> {
  const challenge = await guard.challenge.open(req)
  if (!challenge) return answerMessage(req, 400)
  return answer(req, { page: () => page(req, challenge), json: () => challenge })
}

export async function POST(req: Request): Promise<Response> {
  const { sessions, codes } = shop()
  const form = await bodyOf(req)
  // opened before the code is looked at: that charges the attempt
  const challenge = await guard.challenge.open(req, form)
  const session = await sessions.read(req.headers.get('cookie'))
  if (!challenge || !session) return answerMessage(req, 400)
  if (!codes.spend(challenge.subject, form['code'])) {
    const failed = await guard.challenge.fail(req, page(req, challenge, 'wrong_code'))
    for (const [name, value] of Object.entries(PAGE_HEADERS))
      if (!failed.headers.has(name)) failed.headers.set(name, value)
    return failed
  }
  // more proof, a new session id: one that was planted or seen before is worth nothing now
  const renewed = await sessions.renew(session)
  const completed = await guard.challenge.complete(req, {
    factors: [{ method: 'otp' }],
    rememberDevice: Boolean(form['remember']),
    newSession: renewed.session.session,
  })
  completed.headers.append('set-cookie', renewed.cookie)
  sessions.end(session)
  return completed
}

function page(req: Request, challenge: OpenChallenge, problem?: 'wrong_code'): string {
  const { codes, demo } = shop()
  const user = challenge.subject
  const { body } = demoAuthenticator(codes, { user, demo, fromHere: isRequestFromHere(req) })
  const demoCode = 'code' in body ? body.code : undefined
  return stepUpPage({ ...challenge, user, problem, demoCode })
}
