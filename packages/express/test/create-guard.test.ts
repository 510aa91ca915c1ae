// What is Express's own: mounts, errors, files, headers that handlers write past the framework.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { browserLikeClient } from '@countersign/testing'
import express from 'express'
import express4 from 'express4'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createGuard, type Guard, type GuardOptions, memoryBackend } from '../src/index.ts'
import { POLICY } from './policy.ts'

const FILE = fileURLToPath(import.meta.url)
const UNCACHEABLE = 'private, no-store'

describe.each([
  { name: 'Express 5', framework: express },
  { name: 'Express 4', framework: express4 },
])('$name', ({ framework }) => {
  test('an action that the policy does not declare is refused when the guard is made', () => {
    const guard = testGuard()
    expect(() => guard('page.veiw')).toThrow(
      expect.objectContaining({ code: 'action_not_declared', path: "guard('page.veiw')" }),
    )
  })

  test('routes see the whole path, below mounts and in routers of routers', async () => {
    const guard = testGuard({ identity: () => undefined })
    const app = framework()
    const inner = framework.Router()
    const secret = framework.Router()
    secret.use(guard())
    secret.get('/secret/:id', (_req, res) => void res.send('told'))
    inner.use(secret)
    const mounted = framework()
    mounted.use(inner)
    app.use('/inner', mounted)
    expect((await get(app, '/inner/secret/1')).status).toBe(401)
  })

  test('nothing that the guard does not match is touched', async () => {
    const guard = testGuard({ identity: () => undefined })
    const app = framework().use(guard())
    app.get('/open', (_req, res) => void res.set('Cache-Control', 'public').send('open'))
    const reply = await get(app, '/open')
    expect([reply.headers.get('cache-control'), reply.headers.get('vary')]).toEqual([
      'public',
      null,
    ])
  })

  test('an error handler sees the decision, and its reply cannot be cached', async () => {
    const guard = testGuard()
    const app = framework()
    app.get('/', guard('page.view'), (_req, _res, next) => next(new Error('broken')))
    app.use(((_error, req, res, _next) => {
      res.status(500).json({ outcome: guard.decision(req)?.outcome })
    }) satisfies express.ErrorRequestHandler)
    const reply = await get(app, '/')
    expect([reply.status, await reply.json()]).toEqual([500, { outcome: 'pass' }])
    expect(reply.headers.get('cache-control')).toBe(UNCACHEABLE)
  })

  test.each([
    { name: 'sendFile', send: (res: express.Response) => res.sendFile(FILE, { maxAge: '1d' }) },
    { name: 'redirect', send: (res: express.Response) => res.redirect('/elsewhere') },
    { name: 'flushHeaders', send: flushAndEnd },
    {
      name: 'writeHead with a list',
      send: (res: express.Response) =>
        res.writeHead(200, 'Fine', ['Cache-Control', 'public', 'Vary', 'Origin']).end('done'),
    },
  ])('$name cannot be cached', async ({ send }) => {
    const app = framework()
    app.get('/', testGuard()('page.view'), (_req, res) => void send(res))
    const reply = await get(app, '/')
    expect(reply.status).toBeLessThan(400)
    expect(reply.headers.get('cache-control')).toBe(UNCACHEABLE)
    expect(reply.headers.get('vary')).toMatch(/\bCookie$/)
  })

  test('a reply that is fresh at the client says so, and still cannot be cached', async () => {
    const app = framework()
    app.get('/', testGuard()('page.view'), (_req, res) => void res.send('the same'))
    const etag = (await get(app, '/')).headers.get('etag') ?? ''
    const reply = await get(app, '/', { 'if-none-match': etag })
    expect([reply.status, reply.headers.get('cache-control')]).toEqual([304, UNCACHEABLE])
  })

  test('what Express was told to vary on stays, on refusals too', async () => {
    const app = framework()
    app.use((_req, res, next) => {
      res.vary('Origin')
      next()
    })
    app.get('/', testGuard({ identity: () => undefined })('page.view'))
    expect((await get(app, '/')).headers.get('vary')).toBe('Origin, Cookie')
  })

  test.each(['outer', 'inner'])(
    'a resource that the %s guard cannot read is a refusal',
    async (at) => {
      const guard = testGuard()
      const app = framework()
      const broken = () => {
        throw new Error('not a string')
      }
      app.get(
        '/',
        guard('note.write', at === 'outer' ? broken : () => ({ text: 'a' })),
        guard('note.write', at === 'inner' ? broken : () => ({ text: 'a' })),
        (_req, res) => void res.send('written'),
      )
      const reply = await get(app, '/')
      expect([reply.status, reply.headers.get('content-type')]).toEqual([
        503,
        'application/problem+json',
      ])
    },
  )

  test('a reply that was sent while the guard decided stays, and the handler is not reached', async () => {
    let reached = false
    let late: unknown
    const guard = testGuard({
      identity: async () => {
        await new Promise((resolve) => setTimeout(resolve, 50))
        return undefined
      },
    })
    const app = framework()
    app.use((_req, res, next) => {
      setTimeout(() => res.status(504).end('too late'), 10)
      next()
    })
    app.get('/', guard('page.view'), () => {
      reached = true
    })
    const failed = new Promise<void>((resolve) => {
      app.use(((error, _req, _res, _next) => {
        late = error
        resolve()
      }) satisfies express.ErrorRequestHandler)
    })
    const reply = await get(app, '/')
    expect([reply.status, await reply.text()]).toEqual([504, 'too late'])
    await failed
    expect(late).toMatchObject({ code: 'ERR_HTTP_HEADERS_SENT' })
    expect(reached).toBe(false)
  })
})

function flushAndEnd(res: express.Response): void {
  res.flushHeaders()
  res.end('done')
}

function testGuard(options: Partial<GuardOptions<express.Request>> = {}): Guard {
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

async function get(
  app: express.Express,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  app.set('env', 'test')
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())))
  const { port } = server.address() as AddressInfo
  return browserLikeClient(`http://localhost:${port}`).fetchJson(path, { headers })
}
