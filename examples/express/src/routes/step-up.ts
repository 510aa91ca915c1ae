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
import type { Guard, OpenChallenge } from '@countersign/express'
import { type Request, Router } from 'express'
import { answer, answerMessage } from '../answer.ts'

export function stepUpRoutes(shop: Shop, guard: Guard, origin: string): Router {
  const router = Router()
  const { sessions } = shop

  router.get('/step-up', async (req, res) => {
    const challenge = await guard.challenge.open(req)
    if (!challenge) return answerMessage(req, res, 400)
    const shown = await page(req, challenge)
    answer(req, res, { page: () => shown, json: () => challenge })
  })

  router.post('/step-up', async (req, res) => {
    // before anything is charged or spent: it would be refused after that
    if (!isFromOwnPage((name) => req.get(name), origin)) return answerMessage(req, res, 403)
    const form = req.body ?? {}
    // opened before the answer is looked at: that charges the attempt
    const challenge = await guard.challenge.open(req)
    const session = await sessions.read(req.headers.cookie)
    if (!challenge || !session) return answerMessage(req, res, 400)
    const proved = await proveMore(shop, challenge, form, origin)
    if (!proved.ok) {
      res.set(PAGE_HEADERS)
      return guard.challenge.fail(req, res, await page(req, challenge, proved.problem))
    }
    // more proof, a new session id: one that was planted or seen before is worth nothing now
    const renewed = await sessions.renew(session)
    res.append('Set-Cookie', renewed.cookie)
    await guard.challenge.complete(req, res, {
      factors: proved.factors,
      rememberDevice: Boolean(form.remember),
      newSession: renewed.session.session,
    })
    sessions.end(session)
  })

  function page(req: Request, challenge: OpenChallenge, problem?: StepUpProblem): Promise<string> {
    const fromHere = isFromHere(req.socket.remoteAddress, req.headers.host)
    return showStepUp(shop, challenge, { origin, fromHere, problem })
  }

  return router
}
