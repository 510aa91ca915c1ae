// The challenge page: the app checks the code, the guard remembers that it was checked.
import {
  demoAuthenticator,
  isFromHere,
  PAGE_HEADERS,
  type Shop,
  stepUpPage,
} from '@countersign/example-shop'
import type { Guard, OpenChallenge } from '@countersign/hono'
import { type Context, Hono } from 'hono'
import { answer, answerMessage } from '../answer.ts'
import { bodyOf } from '../body-of.ts'
import { peerOf } from '../peer-of.ts'

export function stepUpRoutes({ demo, sessions, codes }: Shop, guard: Guard): Hono {
  const router = new Hono()

  router.get('/step-up', async (c) => {
    const challenge = await guard.challenge.open(c)
    if (!challenge) return answerMessage(c, 400)
    return answer(c, { page: () => page(c, challenge), json: () => challenge })
  })

  router.post('/step-up', async (c) => {
    const { code, remember } = await bodyOf(c)
    // opened before the code is looked at: that charges the attempt
    const challenge = await guard.challenge.open(c)
    const session = await sessions.read(c.req.header('cookie'))
    if (!challenge || !session) return answerMessage(c, 400)
    if (!codes.spend(challenge.subject, code)) {
      for (const [name, value] of Object.entries(PAGE_HEADERS)) c.header(name, value)
      return guard.challenge.fail(c, page(c, challenge, 'wrong_code'))
    }
    // more proof, a new session id: one that was planted or seen before is worth nothing now
    const renewed = await sessions.renew(session)
    c.header('Set-Cookie', renewed.cookie, { append: true })
    const done = await guard.challenge.complete(c, {
      factors: [{ method: 'otp' }],
      rememberDevice: Boolean(remember),
      newSession: renewed.session.session,
    })
    sessions.end(session)
    return done
  })

  function page(c: Context, challenge: OpenChallenge, problem?: 'wrong_code'): string {
    const user = challenge.subject
    const fromHere = isFromHere(peerOf(c), c.req.header('host'))
    const { body } = demoAuthenticator(codes, { user, demo, fromHere })
    const demoCode = 'code' in body ? body.code : undefined
    return stepUpPage({ ...challenge, user, problem, demoCode })
  }

  return router
}
