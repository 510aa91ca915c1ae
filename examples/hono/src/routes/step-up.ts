// The challenge page: the app checks the code or the passkey, the guard remembers that it was checked.
import {
  isFromHere,
  isFromOwnPage,
  PAGE_HEADERS,
  proveMore,
  type Shop,
  type StepUpProblem,
  showStepUp,
} from '@countersign/example-shop'
import type { Guard, OpenChallenge } from '@countersign/hono'
import { type Context, Hono } from 'hono'
import { answer, answerMessage } from '../answer.ts'
import { bodyOf } from '../body-of.ts'
import { peerOf } from '../peer-of.ts'

export function stepUpRoutes(shop: Shop, guard: Guard, origin: string): Hono {
  const router = new Hono()
  const { sessions } = shop

  router.get('/step-up', async (c) => {
    const challenge = await guard.challenge.open(c)
    if (!challenge) return answerMessage(c, 400)
    const shown = await page(c, challenge)
    return answer(c, { page: () => shown, json: () => challenge })
  })

  router.post('/step-up', async (c) => {
    // before anything is charged or spent: it would be refused after that
    if (!isFromOwnPage((name) => c.req.header(name), origin)) return answerMessage(c, 403)
    const form = await bodyOf(c)
    // opened before the answer is looked at: that charges the attempt
    const challenge = await guard.challenge.open(c)
    const session = await sessions.read(c.req.header('cookie'))
    if (!challenge || !session) return answerMessage(c, 400)
    const proved = await proveMore(shop, challenge, form, origin)
    if (!proved.ok) {
      for (const [name, value] of Object.entries(PAGE_HEADERS)) c.header(name, value)
      return guard.challenge.fail(c, await page(c, challenge, proved.problem))
    }
    // more proof, a new session id: one that was planted or seen before is worth nothing now
    const renewed = await sessions.renew(session)
    c.header('Set-Cookie', renewed.cookie, { append: true })
    const done = await guard.challenge.complete(c, {
      factors: proved.factors,
      rememberDevice: Boolean(form['remember']),
      newSession: renewed.session.session,
    })
    sessions.end(session)
    return done
  })

  function page(c: Context, challenge: OpenChallenge, problem?: StepUpProblem): Promise<string> {
    const fromHere = isFromHere(peerOf(c), c.req.header('host'))
    return showStepUp(shop, challenge, { origin, fromHere, problem })
  }

  return router
}
