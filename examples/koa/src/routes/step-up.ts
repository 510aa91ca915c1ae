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
import type { Guard, OpenChallenge } from '@countersign/koa'
import { Router } from '@koa/router'
import type { Context } from 'koa'
import { answer, answerMessage } from '../answer.ts'
import { bodyOf } from '../body-of.ts'

export function stepUpRoutes(shop: Shop, guard: Guard, origin: string): Router {
  const router = new Router()
  const { sessions } = shop

  router.get('/step-up', async (ctx) => {
    const challenge = await guard.challenge.open(ctx)
    if (!challenge) return answerMessage(ctx, 400)
    const shown = await page(ctx, challenge)
    answer(ctx, { page: () => shown, json: () => challenge })
  })

  router.post('/step-up', async (ctx) => {
    // before anything is charged or spent: it would be refused after that
    if (!isFromOwnPage((name) => ctx.get(name), origin)) return answerMessage(ctx, 403)
    const form = bodyOf(ctx)
    // opened before the answer is looked at: that charges the attempt
    const challenge = await guard.challenge.open(ctx)
    const session = await sessions.read(ctx.headers.cookie)
    if (!challenge || !session) return answerMessage(ctx, 400)
    const proved = await proveMore(shop, challenge, form, origin)
    if (!proved.ok) {
      ctx.set(PAGE_HEADERS)
      return guard.challenge.fail(ctx, await page(ctx, challenge, proved.problem))
    }
    // more proof, a new session id: one that was planted or seen before is worth nothing now
    const renewed = await sessions.renew(session)
    ctx.append('Set-Cookie', renewed.cookie)
    await guard.challenge.complete(ctx, {
      factors: proved.factors,
      rememberDevice: Boolean(form['remember']),
      newSession: renewed.session.session,
    })
    sessions.end(session)
  })

  function page(ctx: Context, challenge: OpenChallenge, problem?: StepUpProblem): Promise<string> {
    const fromHere = isFromHere(ctx.req.socket.remoteAddress, ctx.headers.host)
    return showStepUp(shop, challenge, { origin, fromHere, problem })
  }

  return router
}
