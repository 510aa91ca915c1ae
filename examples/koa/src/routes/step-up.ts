// The challenge page: the app checks the code, the guard remembers that it was checked.
import {
  demoAuthenticator,
  isFromHere,
  PAGE_HEADERS,
  type Shop,
  stepUpPage,
} from '@countersign/example-shop'
import type { Guard, OpenChallenge } from '@countersign/koa'
import { Router } from '@koa/router'
import type { Context } from 'koa'
import { answer, answerMessage } from '../answer.ts'
import { bodyOf } from '../body-of.ts'

export function stepUpRoutes({ demo, sessions, codes }: Shop, guard: Guard): Router {
  const router = new Router()

  router.get('/step-up', async (ctx) => {
    const challenge = await guard.challenge.open(ctx)
    if (!challenge) return answerMessage(ctx, 400)
    answer(ctx, { page: () => page(ctx, challenge), json: () => challenge })
  })

  router.post('/step-up', async (ctx) => {
    const { code, remember } = bodyOf(ctx)
    // opened before the code is looked at: that charges the attempt
    const challenge = await guard.challenge.open(ctx)
    const session = await sessions.read(ctx.headers.cookie)
    if (!challenge || !session) return answerMessage(ctx, 400)
    if (!codes.spend(challenge.subject, code)) {
      ctx.set(PAGE_HEADERS)
      return guard.challenge.fail(ctx, page(ctx, challenge, 'wrong_code'))
    }
    // more proof, a new session id: one that was planted or seen before is worth nothing now
    const renewed = await sessions.renew(session)
    ctx.append('Set-Cookie', renewed.cookie)
    await guard.challenge.complete(ctx, {
      factors: [{ method: 'otp' }],
      rememberDevice: Boolean(remember),
      newSession: renewed.session.session,
    })
    sessions.end(session)
  })

  function page(ctx: Context, challenge: OpenChallenge, problem?: 'wrong_code'): string {
    const user = challenge.subject
    const fromHere = isFromHere(ctx.req.socket.remoteAddress, ctx.headers.host)
    const { body } = demoAuthenticator(codes, { user, demo, fromHere })
    const demoCode = 'code' in body ? body.code : undefined
    return stepUpPage({ ...challenge, user, problem, demoCode })
  }

  return router
}
