// The app of the guard contract on Fastify.
import { Readable } from 'node:stream'
import { type AnyRequest, countersign, memoryBackend } from '@countersign/fastify'
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
import formbody from '@fastify/formbody'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { type Listening, listen } from './listen.ts'

export async function startFastify(
  { options }: GuardScenario,
  on: () => Promise<Listening> = listen,
): Promise<GuardedApp> {
  const { origin, server, stop } = await on()
  const app = Fastify({
    serverFactory: (handler) => server.on('request', handler),
  })
  await app.register(formbody)
  await app.register(countersign, {
    ...options,
    publicOrigin: origin,
    backend: memoryBackend(),
    identity: (req) => contractIdentity(req.headers.cookie),
    logger: { info() {}, warn() {}, error() {} },
  })
  addRoutes(app)
  await app.ready()
  return { origin, stop: () => stop(app) }
}

function addRoutes(app: FastifyInstance): void {
  const guard = app.countersign
  app.addHook('onRequest', async (req, reply) => {
    reply.headers(contractCors(req.headers.origin))
  })
  app.addHook('onRequest', guard())
  app.get('/public', async () => ({ public: true }))
  app.get('/account', answer)
  app.post('/transfer', { preHandler: guard('transfer.create', body) }, answer)
  app.post('/keys', { preHandler: guard('key.create', body) }, answer)
  app.post('/unreadable', { preHandler: guard('transfer.create', unreadable) }, answer)

  app.get('/step-up', showChallenge)
  app.post('/step-up', completeChallenge)
  app.get('/countersign/feed', guard.feed())
  app.get('/devices', listDevices)
  app.post('/devices/revoke', revokeDevices)

  app.register(
    async (nested) => {
      nested.decorateRequest('outer')
      nested.addHook('preHandler', guard('transfer.create', body))
      const inner = [noteOuter, guard('transfer.create', body)]
      nested.post('/transfer', { preHandler: inner }, async (req) => ({
        outer: req.getDecorator('outer'),
        inner: contractAnswer(guard.decision(req)),
      }))
    },
    { prefix: '/nested' },
  )

  const view = guard('account.view')
  app.get('/cached', { preHandler: [view, cacheable] }, answer)
  app.get('/streamed', { preHandler: [view, cacheable] }, (_req, reply) =>
    reply.type('text/plain').send(Readable.from(['one ', 'two ', 'three'])),
  )
  app.get('/held', { preHandler: [view, cacheable] }, (req, reply) =>
    reply.type('text/plain').send(Readable.from(heldParts(keyOf(req)))),
  )
  app.post('/held', async (req) => String(releaseParts(keyOf(req))))
  app.get('/raw', { preHandler: view }, (_req, reply) => {
    reply.hijack()
    reply.raw.writeHead(200, CACHEABLE).end('raw')
  })
  app.get('/throws', { preHandler: [view, cacheable] }, async () => {
    throw new Error(SECRET_ERROR)
  })
  app.all('/any', { preHandler: view }, answer)
  app.all('/every', answer)
  app.get('/prefilled', { preHandler: [prefill, view] }, answer)

  async function answer(req: FastifyRequest): Promise<object> {
    return contractAnswer(guard.decision(req))
  }

  async function noteOuter(req: FastifyRequest): Promise<void> {
    req.setDecorator('outer', contractAnswer(guard.decision(req)))
  }

  async function showChallenge(req: FastifyRequest, reply: FastifyReply): Promise<object> {
    const challenge = await guard.challenge.open(req)
    reply.code(challenge ? 200 : 400)
    return challenge ?? {}
  }

  async function completeChallenge(req: AnyRequest, reply: FastifyReply): Promise<unknown> {
    const { code, method, remember, newSession } = req.body
    if (!(await guard.challenge.open(req))) return reply.code(400).send({})
    if (code !== 'right') return guard.challenge.fail(req, reply, AGAIN)
    const factors = [{ method }]
    const proof = { factors, rememberDevice: !!remember, newSession }
    return guard.challenge.complete(req, reply, proof)
  }

  async function listDevices(req: FastifyRequest): Promise<object> {
    const who = await contractIdentity(req.headers.cookie)
    return { devices: await guard.devices.list(who?.subject ?? '') }
  }

  async function revokeDevices(req: FastifyRequest): Promise<object> {
    const subject = (await contractIdentity(req.headers.cookie))?.subject ?? ''
    for (const { id } of await guard.devices.list(subject)) await guard.devices.revoke(subject, id)
    return {}
  }
}

const CACHEABLE = {
  'Cache-Control': 'public, max-age=600',
  Vary: 'Accept-Encoding',
  'Set-Cookie': 'app=1',
}

function body(req: AnyRequest): Record<string, unknown> {
  return req.body
}

function keyOf(req: FastifyRequest): string {
  return String((req.query as { readonly key?: string }).key)
}

function unreadable(): never {
  throw new Error(SECRET_ERROR)
}

async function cacheable(_req: FastifyRequest, reply: FastifyReply): Promise<void> {
  reply.headers(CACHEABLE)
}

async function prefill(req: FastifyRequest): Promise<void> {
  Object.assign(req, { auth: PREFILLED, user: PREFILLED, identity: PREFILLED })
}
