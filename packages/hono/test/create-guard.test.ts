// What is Hono's own: contexts whose response is there or not, headers that it copies, apps in apps, fetch and Node.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { compilePolicy } from '@countersign/policy'
import { browserLikeClient } from '@countersign/testing'
import { getRequestListener } from '@hono/node-server'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import { HTTPException } from 'hono/http-exception'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createGuard as createEdgeGuard } from '../src/edge.ts'
import { createGuard, type Guard, type GuardOptions, memoryBackend } from '../src/index.ts'
import { readContext } from '../src/read-context.ts'
import { POLICY } from './policy.ts'

const UNCACHEABLE = 'private, no-store'
const ORIGIN = 'https://other.example'
const nobody = { identity: () => undefined }

type Get = (app: Hono, path: string, headers?: Record<string, string>) => Promise<Response>

const BY_FETCH: Get = async (app, path, headers = {}) => await app.request(path, { headers })

describe.each([
  { name: 'by fetch', get: BY_FETCH, make: createEdgeGuard },
  { name: 'on Node', get: onNode, make: createGuard },
])('Hono 4 $name', ({ get, make }) => {
  function testGuard(
    options: Omit<Partial<GuardOptions<Context>>, 'backend' | 'policy'> = {},
  ): Guard {
    const guard = make({ ...OPTIONS, ...options })
    onTestFinished(() => guard.close())
    return guard
  }

  test('an action that the policy does not declare is refused when the guard is made', () => {
    const guard = testGuard()
    expect(() => guard('page.veiw')).toThrow(
      expect.objectContaining({ code: 'action_not_declared', path: "guard('page.veiw')" }),
    )
  })

  test('routes see the whole path, in apps of apps too', async () => {
    const secret = new Hono()
    secret.use(testGuard(nobody)())
    secret.get('/secret/:id', (c) => c.text('told'))
    const app = new Hono().route('/inner', secret)
    expect((await get(app, '/inner/secret/1')).status).toBe(401)
  })

  test('nothing that the guard does not match is touched', async () => {
    const app = new Hono()
    app.use(testGuard(nobody)())
    app.get('/open', (c) => c.text('open', 200, { 'Cache-Control': 'public' }))
    const reply = await get(app, '/open')
    expect([reply.headers.get('cache-control'), reply.headers.get('vary')]).toEqual([
      'public',
      null,
    ])
  })

  test.each<{ name: string; status: number; handle: MiddlewareHandler }>([
    { name: 'a redirect', status: 302, handle: async (c) => c.redirect('/elsewhere') },
    {
      name: 'a Response that cannot be changed',
      status: 302,
      handle: async () => Response.redirect('http://shop.example/elsewhere'),
    },
    {
      name: 'a Response beside headers of the context',
      status: 200,
      handle: async (c) => {
        c.header('Cache-Control', 'public')
        return new Response('whole', { headers: { 'Cache-Control': 'public' } })
      },
    },
    {
      name: 'an exception with a response of its own',
      status: 418,
      handle: async () => {
        const headers = { 'Cache-Control': 'public' }
        throw new HTTPException(418, { res: new Response('teapot', { status: 418, headers }) })
      },
    },
    { name: 'no answer', status: 404, handle: async (_c, next) => await next() },
  ])('$name cannot be cached', async ({ status, handle }) => {
    const app = new Hono()
    app.get('/', testGuard()('page.view'), handle)
    const reply = await get(app, '/')
    expect([reply.status, reply.headers.get('cache-control')]).toEqual([status, UNCACHEABLE])
    expect(reply.headers.get('vary')).toMatch(/\bCookie$/)
  })

  test('an error handler sees the decision, and its reply cannot be cached', async () => {
    const guard = testGuard()
    const app = new Hono()
    app.get('/', guard('page.view'), () => {
      throw new Error('broken')
    })
    app.onError((_error, c) => c.json({ outcome: guard.decision(c)?.outcome }, 500))
    const reply = await get(app, '/')
    expect([reply.status, await reply.json()]).toEqual([500, { outcome: 'pass' }])
    expect(reply.headers.get('cache-control')).toBe(UNCACHEABLE)
  })

  test.each([
    { name: 'a refusal', options: nobody, status: 401 },
    { name: 'a reply', options: {}, status: 200 },
  ])('what CORS says of $name stays, and it varies on both', async ({ options, status }) => {
    const app = new Hono()
    app.use(cors({ origin: ORIGIN, credentials: true }))
    app.get('/', testGuard(options)('page.view'), (c) => c.text('read'))
    const reply = await get(app, '/', { origin: ORIGIN })
    expect([reply.status, reply.headers.get('access-control-allow-origin')]).toEqual([
      status,
      ORIGIN,
    ])
    expect(reply.headers.get('vary')?.split(', ').sort()).toEqual(['Cookie', 'Origin'])
    expect(reply.headers.get('cache-control')).toBe(UNCACHEABLE)
  })

  test('a refusal has the type of its own body, whatever was set before', async () => {
    const app = new Hono()
    app.use(async (c, next) => {
      c.header('Content-Type', 'text/css')
      await next()
    })
    app.get('/', testGuard({ ...nobody, loginPath: '/login' })('page.view'))
    expect((await get(app, '/')).headers.get('content-type')).toBe('application/problem+json')
    const navigation = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
    const page = await get(app, '/', navigation)
    expect([page.status, page.headers.get('content-type')]).toEqual([303, null])
  })

  test('a resource that comes later is waited for, and one that fails is a refusal', async () => {
    const guard = testGuard()
    const app = new Hono()
    app.get(
      '/written',
      guard('note.write', async () => ({ text: 'a' })),
      (c) => c.text('written'),
    )
    app.get(
      '/unreadable',
      guard('note.write', async () => Promise.reject(new Error('unreadable'))),
      (c) => c.text('written'),
    )
    expect(await (await get(app, '/written')).text()).toBe('written')
    expect((await get(app, '/unreadable')).status).toBe(503)
  })

  test('what was set on the context before a challenge was answered is sent with it', async () => {
    const guard = testGuard()
    const app = new Hono()
    app.get('/step-up', (c) => {
      c.header('Set-Cookie', 'session=new', { append: true })
      return guard.challenge.fail(c)
    })
    const reply = await get(app, '/step-up')
    expect(reply.status).toBe(400)
    expect(reply.headers.getSetCookie()).toEqual(['session=new'])
  })
})

describe('on Node alone', () => {
  test('a middleware around the guard has not the last word on caching', async () => {
    const guard = createGuard(OPTIONS)
    onTestFinished(() => guard.close())
    const app = new Hono()
    app.use(async (c, next) => {
      await next()
      c.header('Cache-Control', 'public')
    })
    app.get('/', guard('page.view'), (c) => c.text('read'))
    expect((await onNode(app, '/')).headers.get('cache-control')).toBe(UNCACHEABLE)
  })

  test('an app that is mounted in another sees the whole path, and shares the decision', async () => {
    const decided: string[] = []
    const guard = createGuard({ ...OPTIONS, onDecision: ({ action }) => decided.push(action) })
    onTestFinished(() => guard.close())
    const inner = new Hono()
    inner.use(guard())
    inner.get('/secret/1', (c) => c.json({ id: guard.decision(c)?.id }))
    const app = new Hono()
    app.use('/inner/*', guard('page.view'))
    app.mount('/inner', inner.fetch)
    const reply = await onNode(app, '/inner/secret/1')
    expect(await reply.json()).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}$/) })
    expect(decided).toEqual(['page.view'])
    const closed = createGuard({ ...OPTIONS, ...nobody })
    onTestFinished(() => closed.close())
    const mounted = new Hono().mount('/inner', new Hono().use(closed()).fetch)
    expect((await onNode(mounted, '/inner/secret/1')).status).toBe(401)
  })

  test('the peer and the target are those of the wire; by fetch nobody tells the peer', async () => {
    const app = new Hono()
    app.get('*', (c) => {
      const { reader } = readContext(c)
      return c.json([reader.peerAddress() ?? null, reader.target()])
    })
    const [peer, target] = await (await onNode(app, '/a/./b?c=/d')).json()
    expect([['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(peer), target]).toEqual([
      true,
      '/a/b?c=/d',
    ])
    expect(await (await BY_FETCH(app, '/a/b?c=/d')).json()).toEqual([null, '/a/b?c=/d'])
  })
})

const OPTIONS = {
  policy: compilePolicy(POLICY),
  secret: 'a secret of thirty-two characters',
  identity: () => ({ subject: 'alice', session: 's', authTime: Date.now(), amr: ['pwd'] }),
  get backend() {
    return memoryBackend()
  },
  logger: { info() {}, warn() {}, error() {} },
}

async function onNode(
  app: Hono,
  path: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  const server = createServer(getRequestListener(app.fetch))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return await browserLikeClient(`http://127.0.0.1:${port}`).send(path, { headers })
}
