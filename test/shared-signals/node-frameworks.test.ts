// The endpoints on each framework of node:http, by `nodeHandler`: real sockets, bodies as they were sent, nothing left open.
import { createHmac, randomBytes } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { createFetchGuard, memoryBackend } from '@countersign/core'
import { nodePlatform } from '@countersign/node'
import { createWebhookReceiver, nodeHandler } from '@countersign/shared-signals'
import Router from '@koa/router'
import express from 'express'
import express4 from 'express4'
import Fastify from 'fastify'
import Koa from 'koa'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const SECRET = `whsec_${randomBytes(32).toString('base64')}`
const BODY = JSON.stringify({ user: 'alice', 'naïve text': '✓' })
type Receive = (request: Request) => Promise<Response>

/** With body parsers beside, as apps have them. */
const hosts: Readonly<Record<string, (receive: Receive) => Promise<RequestListener>>> = {
  'node:http': async (receive) => nodeHandler(receive),
  'Express 5': async (receive) =>
    express().post('/hooks', nodeHandler(receive)).use(express.json()),
  'Express 4': async (receive) =>
    express4().post('/hooks', nodeHandler(receive)).use(express4.json()),
  'Express with a parser that keeps the bytes': async (receive) =>
    express()
      .use(express.raw({ type: '*/*' }))
      .post('/hooks', nodeHandler(receive)),
  'Koa 3': async (receive) => {
    const router = new Router()
    const handle = nodeHandler(receive)
    router.post('/hooks', (ctx) => {
      ctx.respond = false
      handle(ctx.req, ctx.res)
    })
    return new Koa().use(router.routes()).callback()
  },
  'Fastify 5': async (receive) => {
    const app = Fastify()
    const handle = nodeHandler(receive)
    await app.register(async (hooks) => {
      // in a scope of its own: the rest of the app goes on parsing
      hooks.removeAllContentTypeParsers()
      hooks.addContentTypeParser('*', (_req, _payload, done) => done(null))
      hooks.post('/hooks', (req, reply) => {
        reply.hijack()
        handle(req.raw, reply.raw)
      })
    })
    await app.ready()
    return (req, res) => app.routing(req, res)
  },
}

const quiet = { info() {}, warn() {}, error() {} }
let told: unknown[]
let receive: Receive
let guard: ReturnType<typeof createFetchGuard>
let stop: () => Promise<void>
let port: number
beforeEach(async () => {
  told = []
  guard = createFetchGuard(
    { identity: () => undefined, backend: memoryBackend(), secret: SECRET, logger: quiet },
    nodePlatform,
  )
  await guard.ready()
  receive = createWebhookReceiver({
    guard,
    sender: 'fraud.example',
    secrets: SECRET,
    signals: ({ body }) => void told.push(body),
    logger: quiet,
  }).receive
})
afterEach(async () => {
  await stop()
  await guard.close()
})

async function listen(listener: RequestListener): Promise<void> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
  stop = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

function headersFor(body: string, id = 'msg_1'): Record<string, string> {
  const at = String(Math.floor(Date.now() / 1000))
  const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64')
  const mac = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64')
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': at,
    'webhook-signature': `v1,${mac}`,
  }
}

function post(body: string, headers: Record<string, string>): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}/hooks`, { method: 'POST', headers, body })
}

describe.each(Object.entries(hosts))('%s', (_name, host) => {
  beforeEach(async () => listen(await host(receive)))

  it('a message is taken, byte by byte as it was signed', async () => {
    const body = `${BODY.slice(0, -1)}  }`
    expect((await post(body, headersFor(body))).status).toBe(202)
    expect(told).toEqual([{ user: 'alice', 'naïve text': '✓' }])
  })

  it('a signature that is not good is answered with its code', async () => {
    const reply = await post('{}', headersFor(BODY))
    expect([reply.status, reply.headers.get('content-type')]).toEqual([401, 'application/json'])
    expect(await reply.json()).toMatchObject({ err: 'invalid_signature' })
    expect(told).toEqual([])
  })

  it('one connection serves many', async () => {
    for (let index = 0; index < 5; index++)
      expect((await post(BODY, headersFor(BODY, `msg_${index}`))).status).toBe(202)
    expect(told).toHaveLength(5)
  })
})

describe('a body that nobody wants', () => {
  it('is answered 413 while it still comes, and the connection ends', async () => {
    await listen(nodeHandler(receive))
    const sent = { ...headersFor(BODY), 'transfer-encoding': 'chunked' }
    const head = Object.entries(sent).map(([name, value]) => `${name}: ${value}`)
    const answer = await new Promise<string>((resolve, reject) => {
      let text = ''
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(`POST /hooks HTTP/1.1\r\nhost: shop.example\r\n${head.join('\r\n')}\r\n\r\n`)
        socket.write(`80000\r\n${'x'.repeat(0x80000)}\r\n`)
      })
      socket.setEncoding('utf8').on('data', (part) => {
        text += part
      })
      socket.on('close', () => resolve(text))
      socket.on('error', reject)
    })
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect(answer).toMatch(/connection: close/i)
  })

  it('taken by a parser before is a fault of the app, told to it', async () => {
    const failed: unknown[] = []
    const app = express().use(express.json()).post('/hooks', nodeHandler(receive))
    app.use(((error, _req, res, _next) => {
      failed.push(error)
      res.sendStatus(500)
    }) as express.ErrorRequestHandler)
    await listen(app)
    expect((await post(BODY, headersFor(BODY))).status).toBe(500)
    expect(String(failed[0])).toMatch(/a body parser has taken the body before/)
  })
})
