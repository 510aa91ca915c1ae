// What the guard stands before: an account, money out, keys.
import { randomBytes } from 'node:crypto'
import {
  accountPage,
  apiKeyPage,
  type Shop,
  toClientDecision,
  transferPage,
} from '@countersign/example-shop'
import type { Decision, Guard } from '@countersign/hono'
import { type Context, Hono } from 'hono'
import { answer, answerMessage } from '../answer.ts'
import { bodyOf } from '../body-of.ts'

export function accountRoutes({ demo }: Shop, guard: Guard): Hono {
  const router = new Hono()

  // guarded by the policy's route, through app.use(guard())
  router.get('/account', (c) => {
    const { user, decision } = decided(c, guard)
    return answer(c, {
      page: () => accountPage({ user, decision, demo }),
      json: () => ({ user, decision: toClientDecision(decision, demo) }),
    })
  })

  router.post('/transfer', guard('transfer.create', bodyOf), async (c) => {
    const { amount: given, payee } = await bodyOf(c)
    const amount = Number(given)
    if (!Number.isInteger(amount) || amount < 1 || typeof payee !== 'string')
      return answerMessage(c, 400)
    const { user, decision } = decided(c, guard)
    return answer(c, {
      page: () => transferPage({ user, amount, payee, decision, demo }),
      json: () => ({ amount, payee, decision: toClientDecision(decision, demo) }),
    })
  })

  router.post('/api-keys', guard('api-key.create', bodyOf), async (c) => {
    const { name } = await bodyOf(c)
    if (typeof name !== 'string' || name === '') return answerMessage(c, 400)
    const { user, decision } = decided(c, guard)
    const key = `shop_${randomBytes(24).toString('base64url')}`
    return answer(c, {
      page: () => apiKeyPage({ user, name, key, decision, demo }),
      json: () => ({ name, key, decision: toClientDecision(decision, demo) }),
    })
  })

  return router
}

/** Behind a guard there is always a decision to go on. */
function decided(c: Context, guard: Guard): { user: string; decision: Decision } {
  const decision = guard.decision(c)
  if (!decision?.proceed) throw new Error('This handler is not guarded.')
  return { user: decision.subject, decision }
}
