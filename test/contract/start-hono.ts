// The app of the guard contract on Hono: on @hono/node-server, and by Hono's own `fetch`.

import { createGuard, type Guard, memoryBackend } from '@countersign/hono'
import { createGuard as createEdgeGuard } from '@countersign/hono/edge'
import { compilePolicy, type PolicyDocument } from '@countersign/policy'
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
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type Context, Hono, type Next } from 'hono'
import { stream } from 'hono/streaming'
import { type Listening, listen } from './listen.ts'

interface AppEnv {
  Bindings: HttpBindings
  Variables: Record<string, unknown>
}

/** On Node, with what it hands over: the request as on the wire, and the peer. */
export async function startHono(
  { options }: GuardScenario,
  on: () => Promise<Listening> = listen,
): Promise<GuardedApp> {
  const { origin, server, stop } = await on()
  const guard = createGuard(optionsFor(options, origin))
  const app = createApp(guard)
  app.get('/raw', guard('account.view'), (c) => {
    c.env.outgoing.writeHead(200, CACHEABLE).end('raw')
    return RESPONSE_ALREADY_SENT
  })
  server.on('request', getRequestListener(app.fetch))
  return { origin, stop: () => stop(guard) }
}

/** As on a worker: the guard without Node, and a request with nothing beside it. */
export async function startHonoFetch({ options }: GuardScenario): Promise<GuardedApp> {
  const { origin, server, stop } = await listen()
  const guard = createEdgeGuard(optionsFor(options, origin))
  const app = createApp(guard)
  server.on(
    'request',
    getRequestListener((req) => app.fetch(req)),
  )
  return { origin, stop: () => stop(guard) }
}

function optionsFor(options: GuardScenario['options'], publicOrigin: string) {
  return {
    ...options,
    policy: compilePolicy(options.policy as PolicyDocument),
    publicOrigin,
    backend: memoryBackend(),
    identity: (c: Context) => contractIdentity(c.req.header('cookie')),
    logger: { info() {}, warn() {}, error() {} },
  }
}

function createApp(guard: Guard): Hono<AppEnv> {
  const app = new Hono<AppEnv>()
  app.onError((_error, c) => c.text('Internal Server Error', 500))
  app.use(async (c, next) => {
    for (const [name, value] of Object.entries(contractCors(c.req.header('origin'))))
      c.res.headers.set(name, value)
    await next()
  })
  app.use(guard())
  app.get('/public', (c) => c.json({ public: true }))
  app.get('/account', answer)
  app.post('/transfer', guard('transfer.create', body), answer)
  app.post('/keys', guard('key.create', body), answer)
  app.post('/unreadable', guard('transfer.create', unreadable), answer)

  app.get('/step-up', showChallenge)
  app.post('/step-up', completeChallenge)
  app.get('/countersign/feed', guard.feed())
  app.get('/devices', listDevices)
  app.post('/devices/revoke', revokeDevices)

  const nested = new Hono<AppEnv>()
  nested.post('/transfer', noteOuter, guard('transfer.create', body), (c) =>
    c.json({ outer: c.get('outer'), inner: contractAnswer(guard.decision(c)) }),
  )
  app.use('/nested/*', guard('transfer.create', body))
  app.route('/nested', nested)

  const view = guard('account.view')
  app.get('/cached', view, cacheable, answer)
  app.get('/streamed', view, cacheable, (c) =>
    stream(c, async (out) => {
      for (const part of ['one ', 'two ', 'three']) await out.write(part)
    }),
  )
  app.get('/held', view, cacheable, (c) =>
    stream(c, async (out) => {
      for await (const part of heldParts(c.req.query('key') ?? '')) await out.write(part)
    }),
  )
  app.post('/held', (c) => c.text(String(releaseParts(c.req.query('key') ?? ''))))
  app.get('/throws', view, cacheable, () => {
    throw new Error(SECRET_ERROR)
  })
  app.all('/any', view, answer)
  app.all('/every', answer)
  app.get('/prefilled', prefill, view, answer)
  return app

  function answer(c: Context): Response {
    return c.json(contractAnswer(guard.decision(c)))
  }

  async function noteOuter(c: Context, next: Next): Promise<void> {
    c.set('outer', contractAnswer(guard.decision(c)))
    await next()
  }

  async function showChallenge(c: Context): Promise<Response> {
    const challenge = await guard.challenge.open(c)
    return c.json(challenge ?? {}, challenge ? 200 : 400)
  }

  async function completeChallenge(c: Context): Promise<Response> {
    const { code, method, remember, newSession } = await body(c)
    if (!(await guard.challenge.open(c))) return c.json({}, 400)
    if (code !== 'right') return guard.challenge.fail(c, AGAIN)
    const factors = [{ method: method ?? '' }]
    return guard.challenge.complete(c, { factors, rememberDevice: !!remember, newSession })
  }

  async function listDevices(c: Context): Promise<Response> {
    const who = await contractIdentity(c.req.header('cookie'))
    return c.json({ devices: await guard.devices.list(who?.subject ?? '') })
  }

  async function revokeDevices(c: Context): Promise<Response> {
    const subject = (await contractIdentity(c.req.header('cookie')))?.subject ?? ''
    for (const { id } of await guard.devices.list(subject)) await guard.devices.revoke(subject, id)
    return c.json({})
  }
}

const CACHEABLE = {
  'Cache-Control': 'public, max-age=600',
  Vary: 'Accept-Encoding',
  'Set-Cookie': 'app=1',
}

async function body(c: Context): Promise<Record<string, string>> {
  const type = c.req.header('content-type') ?? ''
  if (type.startsWith('application/json')) return await c.req.json()
  return (await c.req.parseBody()) as Record<string, string>
}

function unreadable(): never {
  throw new Error(SECRET_ERROR)
}

async function cacheable(c: Context, next: Next): Promise<void> {
  for (const [name, value] of Object.entries(CACHEABLE)) c.header(name, value)
  await next()
}

async function prefill(c: Context, next: Next): Promise<void> {
  for (const name of ['auth', 'user', 'identity']) c.set(name, PREFILLED)
  await next()
}
