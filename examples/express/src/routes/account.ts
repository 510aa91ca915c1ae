// What the guard stands before: an account, money out, keys.
import { randomBytes } from 'node:crypto'
import {
  accountPage,
  apiKeyPage,
  type Shop,
  toClientDecision,
  transferPage,
} from '@countersign/example-shop'
import type { Decision, Guard } from '@countersign/express'
import { type Request, Router } from 'express'
import { answer, answerMessage } from '../answer.ts'

export function accountRoutes({ demo }: Shop, guard: Guard): Router {
  const router = Router()

  // guarded by the policy's route, through app.use(guard())
  router.get('/account', (req, res) => {
    const { user, decision } = decided(req, guard)
    answer(req, res, {
      page: () => accountPage({ user, decision, demo }),
      json: () => ({ user, decision: toClientDecision(decision, demo) }),
    })
  })

  router.post('/transfer', guard('transfer.create', bodyOf), (req, res) => {
    const amount = Number(bodyOf(req)['amount'])
    const { payee } = bodyOf(req)
    if (!Number.isInteger(amount) || amount < 1 || typeof payee !== 'string')
      return answerMessage(req, res, 400)
    const { user, decision } = decided(req, guard)
    answer(req, res, {
      page: () => transferPage({ user, amount, payee, decision, demo }),
      json: () => ({ amount, payee, decision: toClientDecision(decision, demo) }),
    })
  })

  router.post('/api-keys', guard('api-key.create', bodyOf), (req, res) => {
    const { name } = bodyOf(req)
    if (typeof name !== 'string' || name === '') return answerMessage(req, res, 400)
    const { user, decision } = decided(req, guard)
    const key = `shop_${randomBytes(24).toString('base64url')}`
    answer(req, res, {
      page: () => apiKeyPage({ user, name, key, decision, demo }),
      json: () => ({ name, key, decision: toClientDecision(decision, demo) }),
    })
  })

  return router
}

function bodyOf(req: Request): Record<string, unknown> {
  return req.body ?? {}
}

/** Behind a guard there is always a decision to go on. */
function decided(req: Request, guard: Guard): { user: string; decision: Decision } {
  const decision = guard.decision(req)
  if (!decision?.proceed) throw new Error('This handler is not guarded.')
  return { user: decision.subject, decision }
}
