// What is Fastify's own: hooks, plugins in plugins, headers that it keeps by itself, replies that are sent late.
import { EventEmitter, once } from 'node:events'
import { connect } from 'node:net'
import { PassThrough } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { describe, expect, test } from 'vitest'
import { testApp, testGuard, UNCACHEABLE } from './support.ts'

const nobody = { identity: () => undefined }

describe('Fastify 5', () => {
  test('an action that the policy does not declare is refused when the guard is made', () => {
    const guard = testGuard()
    expect(() => guard('page.veiw')).toThrow(
      expect.objectContaining({ code: 'action_not_declared', path: "guard('page.veiw')" }),
    )
  })

  test.each(['onRequest', 'preParsing', 'preValidation', 'preHandler'] as const)(
    'routes see the whole path in %s, in plugins of plugins too',
    async (hook) => {
      const app = testApp()
      await app.register(
        async (inner) => {
          inner.addHook(hook as 'onRequest', testGuard(nobody)())
          inner.get('/secret/:id', async () => 'told')
        },
        { prefix: '/inner' },
      )
      expect((await app.inject('/inner/secret/1')).statusCode).toBe(401)
    },
  )

  test('what no handler answers is guarded too', async () => {
    const app = testApp()
    app.addHook('onRequest', testGuard(nobody)())
    expect((await app.inject('/inner/secret/1')).statusCode).toBe(401)
    expect((await app.inject('/inner')).statusCode).toBe(404)
  })

  test.each([
    { name: 'as it came', url: '/inner/secret/1', rewritten: '/open' },
    { name: 'as it was rewritten', url: '/open', rewritten: '/inner/secret/1' },
  ])('a target is guarded $name (T32)', async ({ url, rewritten }) => {
    const app = testApp({ rewriteUrl: () => rewritten })
    app.addHook('onRequest', testGuard(nobody)())
    app.get('*', async () => 'told')
    expect((await app.inject(url)).statusCode).toBe(401)
  })

  test('nothing that the guard does not match is touched', async () => {
    const app = testApp()
    app.addHook('onRequest', testGuard(nobody)())
    app.get('/open', (_req, reply) => reply.header('Cache-Control', 'public').send('open'))
    const { headers } = await app.inject('/open')
    expect([headers['cache-control'], headers['vary']]).toEqual(['public', undefined])
  })

  test.each<{ name: string; status: number; send: (reply: FastifyReply) => unknown }>([
    {
      name: 'a header',
      status: 200,
      send: (reply) => reply.header('cache-control', 'public').send(),
    },
    { name: 'a redirect', status: 302, send: (reply) => reply.redirect('/elsewhere') },
    { name: 'a stream', status: 200, send: (reply) => reply.send(new PassThrough().end('done')) },
    {
      name: 'a Response',
      status: 200,
      send: (reply) => reply.send(new Response('r', { headers: { 'cache-control': 'public' } })),
    },
    {
      name: 'writeHead with a list',
      status: 200,
      send(reply) {
        reply.hijack()
        reply.raw.writeHead(200, ['Cache-Control', 'public', 'Vary', 'Origin']).end('done')
      },
    },
  ])('$name cannot be cached', async ({ status, send }) => {
    const app = testApp()
    app.addHook('onSend', async (_req, reply) => void reply.header('cache-control', 'public'))
    app.get('/', { preHandler: testGuard()('page.view') }, (_req, reply) => void send(reply))
    const { statusCode, headers } = await app.inject('/')
    expect([statusCode, headers['cache-control']]).toEqual([status, UNCACHEABLE])
    expect(headers['vary']).toMatch(/\bCookie$/)
  })

  test('an error handler sees the decision, and its reply cannot be cached', async () => {
    const guard = testGuard()
    const app = testApp()
    app.setErrorHandler((_error, req, reply) =>
      reply.code(500).send({ outcome: guard.decision(req)?.outcome }),
    )
    app.get('/', { preHandler: guard('page.view') }, async () => {
      throw new Error('broken')
    })
    const reply = await app.inject('/')
    expect([reply.statusCode, reply.json()]).toEqual([500, { outcome: 'pass' }])
    expect(reply.headers['cache-control']).toBe(UNCACHEABLE)
  })

  test('what plugins put on replies stays on refusals, and they vary on both', async () => {
    const app = testApp()
    app.addHook('onRequest', async (_req, reply) => {
      reply.headers({ vary: 'Origin', 'access-control-allow-origin': 'https://other.example' })
    })
    app.get('/', { preHandler: testGuard(nobody)('page.view') }, async () => 'told')
    const { statusCode, headers } = await app.inject('/')
    expect([statusCode, headers['vary'], headers['access-control-allow-origin']]).toEqual([
      401,
      'Origin, Cookie',
      'https://other.example',
    ])
  })

  test('a refusal has the type of its own body, whatever was set before', async () => {
    const app = testApp()
    app.addHook('onRequest', async (_req, reply) => void reply.type('text/css'))
    const guard = testGuard({ ...nobody, loginPath: '/login' })
    app.get('/', { preHandler: guard('page.view') }, async () => 'told')
    const program = await app.inject('/')
    expect(program.headers['content-type']).toBe('application/problem+json')
    const headers = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
    const page = await app.inject({ url: '/', headers })
    expect([page.statusCode, page.headers['content-type']]).toEqual([303, undefined])
  })

  test.each(['outer', 'inner'])(
    'a resource that the %s guard cannot read is a refusal',
    async (at) => {
      const guard = testGuard()
      const broken = async () => Promise.reject(new Error('not a string'))
      const good = async () => ({ text: 'a' })
      const app = testApp()
      const preHandler = [
        guard('note.write', at === 'outer' ? broken : good),
        guard('note.write', at === 'inner' ? broken : good),
      ]
      app.get('/', { preHandler }, async () => 'written')
      const { statusCode, headers } = await app.inject('/')
      expect([statusCode, headers['content-type']]).toEqual([503, 'application/problem+json'])
    },
  )

  test('whoever hangs up before a refusal is sent does not reach the handler', async () => {
    const app = testApp()
    let reached = false
    const sending = new EventEmitter()
    // as plugins do that save a session: the reply is not sent yet when the client goes
    app.addHook('onSend', async (req) => {
      sending.emit('begun')
      await once(req.raw.socket, 'close')
      await new Promise((resolve) => setTimeout(resolve, 50))
      sending.emit('over')
    })
    app.get('/', { preHandler: testGuard(nobody)('page.view') }, async () => {
      reached = true
      return 'told'
    })
    const { port, hostname } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }))
    const [begun, over] = [once(sending, 'begun'), once(sending, 'over')]
    const client = connect(Number(port), hostname)
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await begun
    client.destroy()
    await over
    expect(reached).toBe(false)
  })
})
