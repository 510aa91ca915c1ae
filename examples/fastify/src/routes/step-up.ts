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
import type { Guard, OpenChallenge } from '@countersign/fastify'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { answer, answerMessage, headersOf } from '../answer.ts'
import { bodyOf } from '../body-of.ts'

export function stepUpRoutes(app: FastifyInstance, shop: Shop, guard: Guard, origin: string): void {
  const { sessions } = shop

  app.get('/step-up', async (req, reply) => {
    const challenge = await guard.challenge.open(req)
    if (!challenge) return answerMessage(req, reply, 400)
    const shown = await page(req, challenge)
    return answer(req, reply, { page: () => shown, json: () => challenge })
  })

  app.post('/step-up', async (req, reply) => {
    // before anything is charged or spent: it would be refused after that
    if (!isFromOwnPage(headersOf(req), origin)) return answerMessage(req, reply, 403)
    const form = bodyOf(req)
    // opened before the answer is looked at: that charges the attempt
    const challenge = await guard.challenge.open(req)
    const session = await sessions.read(req.headers.cookie)
    if (!challenge || !session) return answerMessage(req, reply, 400)
    const proved = await proveMore(shop, challenge, form, origin)
    if (!proved.ok) {
      reply.headers(PAGE_HEADERS)
      return guard.challenge.fail(req, reply, await page(req, challenge, proved.problem))
    }
    // more proof, a new session id: one that was planted or seen before is worth nothing now
    const renewed = await sessions.renew(session)
    reply.header('Set-Cookie', renewed.cookie)
    // before the reply is sent, for a browser may be faster than what follows it
    sessions.end(session)
    return guard.challenge.complete(req, reply, {
      factors: proved.factors,
      rememberDevice: Boolean(form['remember']),
      newSession: renewed.session.session,
    })
  })

  function page(
    req: FastifyRequest,
    challenge: OpenChallenge,
    problem?: StepUpProblem,
  ): Promise<string> {
    const fromHere = isFromHere(req.socket.remoteAddress, req.headers.host)
    return showStepUp(shop, challenge, { origin, fromHere, problem })
  }
}
