// The challenge page: the app checks the code, the guard remembers that it was checked.
import {
  demoAuthenticator,
  isFromHere,
  PAGE_HEADERS,
  type Shop,
  stepUpPage,
} from '@countersign/example-shop'
import type { Guard, OpenChallenge } from '@countersign/fastify'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { answer, answerMessage } from '../answer.ts'
import { bodyOf } from '../body-of.ts'

export function stepUpRoutes(
  app: FastifyInstance,
  { demo, sessions, codes }: Shop,
  guard: Guard,
): void {
  app.get('/step-up', async (req, reply) => {
    const challenge = await guard.challenge.open(req)
    if (!challenge) return answerMessage(req, reply, 400)
    return answer(req, reply, { page: () => page(req, challenge), json: () => challenge })
  })

  app.post('/step-up', async (req, reply) => {
    const { code, remember } = bodyOf(req)
    // opened before the code is looked at: that charges the attempt
    const challenge = await guard.challenge.open(req)
    const session = await sessions.read(req.headers.cookie)
    if (!challenge || !session) return answerMessage(req, reply, 400)
    if (!codes.spend(challenge.subject, code)) {
      reply.headers(PAGE_HEADERS)
      return guard.challenge.fail(req, reply, page(req, challenge, 'wrong_code'))
    }
    // more proof, a new session id: one that was planted or seen before is worth nothing now
    const renewed = await sessions.renew(session)
    reply.header('Set-Cookie', renewed.cookie)
    // before the reply is sent, for a browser may be faster than what follows it
    sessions.end(session)
    return guard.challenge.complete(req, reply, {
      factors: [{ method: 'otp' }],
      rememberDevice: Boolean(remember),
      newSession: renewed.session.session,
    })
  })

  function page(req: FastifyRequest, challenge: OpenChallenge, problem?: 'wrong_code'): string {
    const user = challenge.subject
    const fromHere = isFromHere(req.socket.remoteAddress, req.headers.host)
    const { body } = demoAuthenticator(codes, { user, demo, fromHere })
    const demoCode = 'code' in body ? body.code : undefined
    return stepUpPage({ ...challenge, user, problem, demoCode })
  }
}
