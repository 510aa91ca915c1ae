// What is Koa's own: contexts, errors that clear headers, middleware around the guard, nested routers.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PassThrough } from 'node:stream'
import { browserLikeClient } from '@countersign/testing'
import { Router } from '@koa/router'
import Koa, { type Context, type Middleware } from 'koa'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createGuard, type Guard, type GuardOptions, memoryBackend } from '../src/index.ts'
import { POLICY } from './policy.ts'

const UNCACHEABLE = 'private, no-store'

describe('Koa 3', () => {
  test('an action that the policy does not declare is refused when the guard is made', () => {
    const guard = testGuard()
    expect(() => guard('page.veiw')).toThrow(
      expect.objectContaining({ code: 'action_not_declared', path: "guard('page.veiw')" }),
    )
  })

  test('routes see the whole path, in routers of routers too', async () => {
    const secret = new Router().use(testGuard({ identity: () => undefined })())
    secret.get('/secret/:id', (ctx) => {
      ctx.body = 'told'
    })
    const app = new Koa()
    app.use(new Router().use('/inner', secret.routes()).routes())
    expect((await get(app, '/inner/secret/1')).status).toBe(401)
  })

  test('nothing that the guard does not match is touched', async () => {
    const app = new Koa().use(testGuard({ identity: () => undefined })()).use((ctx) => {
      ctx.set('Cache-Control', 'public')
      ctx.body = 'open'
    })
    const reply = await get(app, '/open')
    expect([reply.headers.get('cache-control'), reply.headers.get('vary')]).toEqual([
      'public',
      null,
    ])
  })

  test('a middleware around the guard sees the decision, and its reply cannot be cached', async () => {
    const guard = testGuard()
    const app = new Koa()
    app.use(async (ctx, next) => {
      await next().catch(() => {
        ctx.status = 500
        ctx.body = { outcome: guard.decision(ctx)?.outcome }
      })
      ctx.set('Cache-Control', 'public')
    })
    app.use(guard('page.view')).use(() => {
      throw new Error('broken')
    })
    const reply = await get(app, '/')
    expect([reply.status, await reply.json()]).toEqual([500, { outcome: 'pass' }])
    expect(reply.headers.get('cache-control')).toBe(UNCACHEABLE)
  })

  test('a refusal keeps its headers where a middleware around the guard throws afterwards', async () => {
    const app = new Koa()
    app.use(async (_ctx, next) => {
      await next()
      throw new Error('broken')
    })
    app.use(testGuard({ identity: () => undefined })('page.view'))
    const reply = await get(app, '/')
    expect([reply.status, reply.headers.get('cache-control')]).toEqual([500, UNCACHEABLE])
  })

  test.each<{ name: string; status: number; handle: Middleware }>([
    { name: 'a redirect', status: 302, handle: (ctx) => ctx.redirect('/elsewhere') },
    { name: 'ctx.throw with headers', status: 418, handle: (ctx) => throwCacheable(ctx) },
    { name: 'a stream', status: 200, handle: (ctx) => streamed(ctx) },
    { name: 'no body', status: 404, handle: () => {} },
    {
      name: 'ctx.respond = false',
      status: 200,
      handle(ctx) {
        ctx.respond = false
        ctx.res.writeHead(200, ['Cache-Control', 'public', 'Vary', 'Origin']).end('done')
      },
    },
  ])('$name cannot be cached', async ({ status, handle }) => {
    const app = new Koa().use(testGuard()('page.view')).use(handle)
    const reply = await get(app, '/')
    expect([reply.status, reply.headers.get('cache-control')]).toEqual([status, UNCACHEABLE])
    expect(reply.headers.get('vary')).toMatch(/\bCookie$/)
  })

  test('what Koa was told to vary on stays, on refusals too', async () => {
    const app = new Koa()
    app.use(async (ctx, next) => {
      ctx.vary('Origin')
      await next()
    })
    app.use(testGuard({ identity: () => undefined })('page.view'))
    expect((await get(app, '/')).headers.get('vary')).toBe('Origin, Cookie')
  })

  test.each(['outer', 'inner'])(
    'a resource that the %s guard cannot read is a refusal',
    async (at) => {
      const guard = testGuard()
      const broken = () => {
        throw new Error('not a string')
      }
      const app = new Koa()
      app.use(guard('note.write', at === 'outer' ? broken : () => ({ text: 'a' })))
      app.use(guard('note.write', at === 'inner' ? broken : () => ({ text: 'a' })))
      app.use((ctx) => {
        ctx.body = 'written'
      })
      const reply = await get(app, '/')
      expect([reply.status, reply.headers.get('content-type')]).toEqual([
        503,
        'application/problem+json',
      ])
    },
  )
})

function throwCacheable(ctx: Context): never {
  return ctx.throw(418, 'broken', { headers: { 'Cache-Control': 'public' } })
}

function streamed(ctx: Context): void {
  ctx.set('Cache-Control', 'public')
  ctx.body = new PassThrough().end('done')
}

function testGuard(options: Partial<GuardOptions<Context>> = {}): Guard {
  const guard = createGuard({
    identity: () => ({ subject: 'alice', session: 's1', authTime: Date.now(), acr: 'aal1' }),
    policy: POLICY,
    backend: memoryBackend(),
    logger: { info() {}, warn() {}, error() {} },
    ...options,
  })
  onTestFinished(() => guard.close())
  return guard
}

async function get(app: Koa, path: string): Promise<Response> {
  app.silent = true
  const server = createServer(app.callback())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())))
  const { port } = server.address() as AddressInfo
  return browserLikeClient(`http://localhost:${port}`).fetchJson(path)
}
