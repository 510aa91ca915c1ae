// The challenge page: the app checks the code or the passkey, the guard remembers that it was checked.
import {
  isFromOwnPage,
  PAGE_HEADERS,
  proveMore,
  type StepUpProblem,
  showStepUp,
} from '@countersign/example-shop'
import type { OpenChallenge } from '@countersign/next'
import { answer, answerMessage } from '../../lib/answer.ts'
import { bodyOf } from '../../lib/body-of.ts'
import { guard, publicOrigin } from '../../lib/guard.ts'
import { isRequestFromHere } from '../../lib/is-from-here.ts'
import { shop } from '../../lib/shop.ts'

export async function GET(req: Request): Promise<Response> {
  const challenge = await guard.challenge.open(req)
  if (!challenge) return answerMessage(req, 400)
  const shown = await page(req, challenge)
  return answer(req, { page: () => shown, json: () => challenge })
}

export async function POST(req: Request): Promise<Response> {
  // before anything is charged or spent: it would be refused after that
  if (!isFromOwnPage((name) => req.headers.get(name), publicOrigin)) return answerMessage(req, 403)
  const { sessions } = shop()
  const form = await bodyOf(req)
  // opened before the answer is looked at: that charges the attempt
  const challenge = await guard.challenge.open(req, form)
  const session = await sessions.read(req.headers.get('cookie'))
  if (!challenge || !session) return answerMessage(req, 400)
  const proved = await proveMore(shop(), challenge, form, publicOrigin)
  if (!proved.ok) {
    const failed = await guard.challenge.fail(req, await page(req, challenge, proved.problem))
    for (const [name, value] of Object.entries(PAGE_HEADERS))
      if (!failed.headers.has(name)) failed.headers.set(name, value)
    return failed
  }
  // more proof, a new session id: one that was planted or seen before is worth nothing now
  const renewed = await sessions.renew(session)
  const completed = await guard.challenge.complete(req, {
    factors: proved.factors,
    rememberDevice: Boolean(form['remember']),
    newSession: renewed.session.session,
  })
  completed.headers.append('set-cookie', renewed.cookie)
  sessions.end(session)
  return completed
}

function page(req: Request, challenge: OpenChallenge, problem?: StepUpProblem): Promise<string> {
  const fromHere = isRequestFromHere(req)
  return showStepUp(shop(), challenge, { origin: publicOrigin, fromHere, problem })
}
