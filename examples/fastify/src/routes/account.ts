// What the guard stands before: an account, money out, keys.
import { randomBytes } from 'node:crypto'
import {
  accountPage,
  apiKeyPage,
  type Shop,
  toClientDecision,
  transferPage,
} from '@countersign/example-shop'
import type { Decision, Guard } from '@countersign/fastify'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { answer, answerMessage } from '../answer.ts'
import { bodyOf } from '../body-of.ts'

export function accountRoutes(app: FastifyInstance, { demo }: Shop, guard: Guard): void {
  // guarded by the policy's route, through the hook with guard()
  app.get('/account', (req, reply) => {
    const { user, decision } = decided(req, guard)
    return answer(req, reply, {
      page: () => accountPage({ user, decision, demo }),
      json: () => ({ user, decision: toClientDecision(decision, demo) }),
    })
  })

  app.post('/transfer', { preHandler: guard('transfer.create', bodyOf) }, (req, reply) => {
    const { amount: given, payee } = bodyOf(req)
    const amount = Number(given)
    if (!Number.isInteger(amount) || amount < 1 || typeof payee !== 'string')
      return answerMessage(req, reply, 400)
    const { user, decision } = decided(req, guard)
    return answer(req, reply, {
      page: () => transferPage({ user, amount, payee, decision, demo }),
      json: () => ({ amount, payee, decision: toClientDecision(decision, demo) }),
    })
  })

  app.post('/api-keys', { preHandler: guard('api-key.create', bodyOf) }, (req, reply) => {
    const { name } = bodyOf(req)
    if (typeof name !== 'string' || name === '') return answerMessage(req, reply, 400)
    const { user, decision } = decided(req, guard)
    const key = `shop_${randomBytes(24).toString('base64url')}`
    return answer(req, reply, {
      page: () => apiKeyPage({ user, name, key, decision, demo }),
      json: () => ({ name, key, decision: toClientDecision(decision, demo) }),
    })
  })
}

/** Behind a guard there is always a decision to go on. */
function decided(req: FastifyRequest, guard: Guard): { user: string; decision: Decision } {
  const decision = guard.decision(req)
  if (!decision?.proceed) throw new Error('This handler is not guarded.')
  return { user: decision.subject, decision }
}
