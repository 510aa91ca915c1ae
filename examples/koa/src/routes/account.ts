// What the guard stands before: an account, money out, keys.
import { randomBytes } from 'node:crypto'
import {
  accountPage,
  apiKeyPage,
  type Shop,
  toClientDecision,
  transferPage,
} from '@countersign/example-shop'
import type { Decision, Guard } from '@countersign/koa'
import { Router } from '@koa/router'
import type { Context } from 'koa'
import { answer, answerMessage } from '../answer.ts'
import { bodyOf } from '../body-of.ts'

export function accountRoutes({ demo }: Shop, guard: Guard): Router {
  const router = new Router()

  // guarded by the policy's route, through app.use(guard())
  router.get('/account', (ctx) => {
    const { user, decision } = decided(ctx, guard)
    answer(ctx, {
      page: () => accountPage({ user, decision, demo }),
      json: () => ({ user, decision: toClientDecision(decision, demo) }),
    })
  })

  router.post('/transfer', guard('transfer.create', bodyOf), (ctx) => {
    const { amount: given, payee } = bodyOf(ctx)
    const amount = Number(given)
    if (!Number.isInteger(amount) || amount < 1 || typeof payee !== 'string')
      return answerMessage(ctx, 400)
    const { user, decision } = decided(ctx, guard)
    answer(ctx, {
      page: () => transferPage({ user, amount, payee, decision, demo }),
      json: () => ({ amount, payee, decision: toClientDecision(decision, demo) }),
    })
  })

  router.post('/api-keys', guard('api-key.create', bodyOf), (ctx) => {
    const { name } = bodyOf(ctx)
    if (typeof name !== 'string' || name === '') return answerMessage(ctx, 400)
    const { user, decision } = decided(ctx, guard)
    const key = `shop_${randomBytes(24).toString('base64url')}`
    answer(ctx, {
      page: () => apiKeyPage({ user, name, key, decision, demo }),
      json: () => ({ name, key, decision: toClientDecision(decision, demo) }),
    })
  })

  return router
}

/** Behind a guard there is always a decision to go on. */
function decided(ctx: Context, guard: Guard): { user: string; decision: Decision } {
  const decision = guard.decision(ctx)
  if (!decision?.proceed) throw new Error('This handler is not guarded.')
  return { user: decision.subject, decision }
}
