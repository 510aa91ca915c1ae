// The app of the guard contract on Koa.
import { Readable } from 'node:stream'
import { createGuard, type Guard, memoryBackend } from '@countersign/koa'
import {
  AGAIN,
  contractAnswer,
  contractCors,
  contractIdentity,
  type GuardedApp,
  type GuardScenario,
  heldParts,
  PREFILLED,
  releaseParts,
  SECRET_ERROR,
} from '@countersign/testing'
import { bodyParser } from '@koa/bodyparser'
import { Router } from '@koa/router'
import Koa, { type Context, type Next } from 'koa'
import { type Listening, listen } from './listen.ts'

export async function startKoa(
  { options }: GuardScenario,
  on: () => Promise<Listening> = listen,
): Promise<GuardedApp> {
  const { origin, server, stop } = await on()
  const guard = createGuard({
    ...options,
    publicOrigin: origin,
    backend: memoryBackend(),
    identity: (ctx) => contractIdentity(ctx.headers.cookie),
    logger: { info() {}, warn() {}, error() {} },
  })
  server.on('request', createApp(guard).callback())
  return { origin, stop: () => stop(guard) }
}

function createApp(guard: Guard): Koa {
  const app = new Koa()
  app.silent = true
  app.use(async (ctx, next) => {
    ctx.set(contractCors(ctx.headers.origin))
    await next()
  })
  app.use(bodyParser())
  app.use(guard())
  const router = new Router()
  router.get('/public', (ctx) => {
    ctx.body = { public: true }
  })
  router.get('/account', answer)
  router.post('/transfer', guard('transfer.create', body), answer)
  router.post('/keys', guard('key.create', body), answer)
  router.post('/unreadable', guard('transfer.create', unreadable), answer)

  router.get('/step-up', showChallenge)
  router.post('/step-up', completeChallenge)
  router.get('/countersign/feed', guard.feed())
  router.get('/devices', listDevices)
  router.post('/devices/revoke', revokeDevices)

  const nested = new Router()
  nested.post('/transfer', noteOuter, guard('transfer.create', body), (ctx) => {
    ctx.body = { outer: ctx.state['outer'], inner: contractAnswer(guard.decision(ctx)) }
  })
  router.use('/nested', guard('transfer.create', body), nested.routes())

  const view = guard('account.view')
  router.get('/cached', view, cacheable, answer)
  router.get('/streamed', view, cacheable, (ctx) => {
    ctx.body = Readable.from(['one ', 'two ', 'three'])
  })
  router.get('/held', view, cacheable, (ctx) => {
    ctx.body = Readable.from(heldParts(String(ctx.query['key'])))
  })
  router.post('/held', (ctx) => {
    ctx.body = String(releaseParts(String(ctx.query['key'])))
  })
  router.get('/raw', view, (ctx) => {
    ctx.respond = false
    ctx.res.writeHead(200, CACHEABLE).end('raw')
  })
  router.get('/throws', view, cacheable, () => {
    throw new Error(SECRET_ERROR)
  })
  router.all('/any', view, answer)
  router.all('/every', answer)
  router.get('/prefilled', prefill, view, answer)
  app.use(router.routes())
  return app

  function answer(ctx: Context): void {
    ctx.body = contractAnswer(guard.decision(ctx))
  }

  async function noteOuter(ctx: Context, next: Next): Promise<void> {
    ctx.state['outer'] = contractAnswer(guard.decision(ctx))
    await next()
  }

  async function showChallenge(ctx: Context): Promise<void> {
    const challenge = await guard.challenge.open(ctx)
    ctx.status = challenge ? 200 : 400
    ctx.body = challenge ?? {}
  }

  async function completeChallenge(ctx: Context): Promise<void> {
    const { code, method, remember, newSession } = body(ctx)
    if (!(await guard.challenge.open(ctx))) {
      ctx.status = 400
      ctx.body = {}
      return
    }
    if (code !== 'right') return guard.challenge.fail(ctx, AGAIN)
    const factors = [{ method: method ?? '' }]
    await guard.challenge.complete(ctx, { factors, rememberDevice: !!remember, newSession })
  }

  async function listDevices(ctx: Context): Promise<void> {
    const who = await contractIdentity(ctx.headers.cookie)
    ctx.body = { devices: await guard.devices.list(who?.subject ?? '') }
  }

  async function revokeDevices(ctx: Context): Promise<void> {
    const subject = (await contractIdentity(ctx.headers.cookie))?.subject ?? ''
    for (const { id } of await guard.devices.list(subject)) await guard.devices.revoke(subject, id)
    ctx.body = {}
  }
}

const CACHEABLE = {
  'Cache-Control': 'public, max-age=600',
  Vary: 'Accept-Encoding',
  'Set-Cookie': 'app=1',
}

function body(ctx: Context): Record<string, string> {
  return (ctx.request as { readonly body?: Record<string, string> }).body ?? {}
}

function unreadable(): never {
  throw new Error(SECRET_ERROR)
}

async function cacheable(ctx: Context, next: Next): Promise<void> {
  ctx.set(CACHEABLE)
  await next()
}

async function prefill(ctx: Context, next: Next): Promise<void> {
  Object.assign(ctx.state, { user: PREFILLED, auth: PREFILLED })
  Object.assign(ctx, { auth: PREFILLED, user: PREFILLED })
  await next()
}
