// The challenge page: the app checks the code, the guard remembers that it was checked.
import {
  demoAuthenticator,
  isFromHere,
  PAGE_HEADERS,
  type Shop,
  stepUpPage,
} from '@countersign/example-shop'
import type { Guard, OpenChallenge } from '@countersign/express'
import { type Request, Router } from 'express'
import { answer, answerMessage } from '../answer.ts'

export function stepUpRoutes({ demo, sessions, codes }: Shop, guard: Guard): Router {
  const router = Router()

  router.get('/step-up', async (req, res) => {
    const challenge = await guard.challenge.open(req)
    if (!challenge) return answerMessage(req, res, 400)
    answer(req, res, { page: () => page(req, challenge), json: () => challenge })
  })

  router.post('/step-up', async (req, res) => {
    // opened before the code is looked at: that charges the attempt
    const challenge = await guard.challenge.open(req)
    const session = await sessions.read(req.headers.cookie)
    if (!challenge || !session) return answerMessage(req, res, 400)
    if (!codes.spend(challenge.subject, req.body.code)) {
      res.set(PAGE_HEADERS)
      return guard.challenge.fail(req, res, page(req, challenge, 'wrong_code'))
    }
    // more proof, a new session id: one that was planted or seen before is worth nothing now
    const renewed = await sessions.renew(session)
    res.append('Set-Cookie', renewed.cookie)
    await guard.challenge.complete(req, res, {
      factors: [{ method: 'otp' }],
      rememberDevice: Boolean(req.body.remember),
      newSession: renewed.session.session,
    })
    sessions.end(session)
  })

  function page(req: Request, challenge: OpenChallenge, problem?: 'wrong_code'): string {
    const user = challenge.subject
    const fromHere = isFromHere(req.socket.remoteAddress, req.headers.host)
    const { body } = demoAuthenticator(codes, { user, demo, fromHere })
    return stepUpPage({
      ...challenge,
      user,
      problem,
      demoCode: 'code' in body ? body.code : undefined,
    })
  }

  return router
}
