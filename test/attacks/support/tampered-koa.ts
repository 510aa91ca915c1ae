// The tampered app on Koa 3.
import { createGuard } from '@countersign/koa'
import { contractAnswer } from '@countersign/testing'
import { bodyParser } from '@koa/bodyparser'
import { Router } from '@koa/router'
import Koa, { type Context } from 'koa'
import { PREFILLED } from './prefilled.ts'
import type { Created, Ingredients } from './tampered-apps.ts'

export function tamperedKoa({ options, identity, identify }: Ingredients): Created {
  const guard = createGuard({
    ...options,
    identity: identity ?? ((ctx) => identify(ctx.headers.cookie)),
  })
  const app = new Koa()
  app.silent = true
  app.use(bodyParser())
  app.use(async (ctx, next) => {
    if (ctx.path.startsWith('/prefilled')) {
      Object.assign(ctx.state, PREFILLED)
      Object.assign(ctx, { auth: PREFILLED.auth, user: PREFILLED.user })
      Object.assign(ctx.req, PREFILLED)
    }
    await next()
  })
  app.use(guard())
  const router = new Router()
  router.get('/account', answer)
  router.post('/transfer', guard('transfer.create', bodyOf), answer)
  router.post('/keys', guard('key.create'), answer)
  router.get('/prefilled/account', guard('account.view'), answer)
  router.post('/step-up', async (ctx) => {
    const { code, factors, remember } = bodyOf(ctx)
    if (!(await guard.challenge.open(ctx))) return refuse(ctx)
    if (code === 'wrong') return guard.challenge.fail(ctx)
    await guard.challenge.complete(ctx, { factors, rememberDevice: remember === true })
  })
  router.get('/step-up', async (ctx) => {
    const challenge = await guard.challenge.open(ctx)
    if (!challenge) return refuse(ctx)
    ctx.body = challenge
  })
  app.use(router.routes())
  return { listener: app.callback(), guard }

  function answer(ctx: Context): void {
    ctx.body = contractAnswer(guard.decision(ctx))
  }
}

function refuse(ctx: Context): void {
  ctx.status = 400
  ctx.body = {}
}

// biome-ignore lint/suspicious/noExplicitAny: whatever a client sent
function bodyOf(ctx: Context): any {
  return (ctx.request as { readonly body?: unknown }).body
}
