// The app of the guard contract on Express; which one is handed in.
import { createGuard, type Guard, memoryBackend } from '@countersign/express'
import {
  AGAIN,
  contractAnswer,
  contractCors,
  contractIdentity,
  heldParts,
  PREFILLED,
  releaseParts,
  SECRET_ERROR,
  type StartGuardedApp,
} from '@countersign/testing'
import type express from 'express'
import { listen } from './listen.ts'

export function startExpress(framework: typeof express): StartGuardedApp {
  return async ({ options }) => {
    const { origin, server, stop } = await listen()
    const guard = createGuard({
      ...options,
      publicOrigin: origin,
      backend: memoryBackend(),
      identity: (req) => contractIdentity(req.headers.cookie),
      logger: { info() {}, warn() {}, error() {} },
    })
    server.on('request', createApp(framework, guard))
    return { origin, stop: () => stop(guard) }
  }
}

function createApp(framework: typeof express, guard: Guard): express.Express {
  const app = framework()
  // Express prints what handlers throw, unless it is a test
  app.set('env', 'test')
  app.use((req, res, next) => {
    res.set(contractCors(req.headers.origin))
    next()
  })
  app.use(framework.urlencoded({ extended: false }), framework.json())
  app.use(guard())
  app.get('/public', (_req, res) => void res.json({ public: true }))
  app.get('/account', answer)
  app.post('/transfer', guard('transfer.create', body), answer)
  app.post('/keys', guard('key.create', body), answer)
  app.post('/unreadable', guard('transfer.create', unreadable), answer)

  app.get('/step-up', caught(showChallenge))
  app.post('/step-up', caught(completeChallenge))
  app.get('/countersign/feed', guard.feed())
  app.get('/devices', caught(listDevices))
  app.post('/devices/revoke', caught(revokeDevices))

  const nested = framework.Router()
  nested.post('/transfer', noteOuter, guard('transfer.create', body), (req, res) => {
    res.json({ outer: res.locals['outer'], inner: contractAnswer(guard.decision(req)) })
  })
  app.use('/nested', guard('transfer.create', body), nested)

  const view = guard('account.view')
  app.get('/cached', view, cacheable, answer)
  app.get('/streamed', view, cacheable, (_req, res) => {
    for (const part of ['one ', 'two ']) res.write(part)
    setTimeout(() => res.end('three'), 20)
  })
  app.get('/held', view, cacheable, async (req, res) => {
    for await (const part of heldParts(String(req.query['key']))) res.write(part)
    res.end()
  })
  app.post('/held', (req, res) => {
    res.send(String(releaseParts(String(req.query['key']))))
  })
  app.get('/raw', view, (_req, res) => {
    res.writeHead(200, CACHEABLE).end('raw')
  })
  app.get('/throws', view, cacheable, () => {
    throw new Error(SECRET_ERROR)
  })
  app.all('/any', view, answer)
  app.all('/every', answer)
  app.get('/prefilled', prefill, view, answer)
  return app

  function answer(req: express.Request, res: express.Response): void {
    res.json(contractAnswer(guard.decision(req)))
  }

  function noteOuter(req: express.Request, res: express.Response, next: () => void): void {
    res.locals['outer'] = contractAnswer(guard.decision(req))
    next()
  }

  async function showChallenge(req: express.Request, res: express.Response): Promise<void> {
    const challenge = await guard.challenge.open(req)
    res.status(challenge ? 200 : 400).json(challenge ?? {})
  }

  async function completeChallenge(req: express.Request, res: express.Response): Promise<void> {
    const { code, method, remember, newSession } = req.body
    if (!(await guard.challenge.open(req))) return void res.status(400).json({})
    if (code !== 'right') return guard.challenge.fail(req, res, AGAIN)
    const factors = [{ method }]
    await guard.challenge.complete(req, res, { factors, rememberDevice: !!remember, newSession })
  }

  async function listDevices(req: express.Request, res: express.Response): Promise<void> {
    const who = await contractIdentity(req.headers.cookie)
    res.json({ devices: await guard.devices.list(who?.subject ?? '') })
  }

  async function revokeDevices(req: express.Request, res: express.Response): Promise<void> {
    const subject = (await contractIdentity(req.headers.cookie))?.subject ?? ''
    for (const { id } of await guard.devices.list(subject)) await guard.devices.revoke(subject, id)
    res.json({})
  }
}

const CACHEABLE = {
  'Cache-Control': 'public, max-age=600',
  Vary: 'Accept-Encoding',
  'Set-Cookie': 'app=1',
}

function body(req: express.Request): Record<string, unknown> {
  return req.body
}

function unreadable(): never {
  throw new Error(SECRET_ERROR)
}

function cacheable(_req: express.Request, res: express.Response, next: () => void): void {
  res.set(CACHEABLE)
  next()
}

function prefill(req: express.Request, _res: express.Response, next: () => void): void {
  Object.assign(req, { auth: PREFILLED, user: PREFILLED, identity: PREFILLED })
  next()
}

/** Express 4 knows nothing of promises. */
function caught(
  handler: (req: express.Request, res: express.Response) => Promise<void>,
): express.RequestHandler {
  return (req, res, next) => void handler(req, res).catch(next)
}
