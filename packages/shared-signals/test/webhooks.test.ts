// Signed webhooks: who is believed, what takes effect and how often, on several instances, and what happens under load.
import { createHmac } from 'node:crypto'
import type { Json } from '@countersign/core'
import { fakeClock } from '@countersign/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createWebhookReceiver,
  type WebhookOptions,
  type WebhookReceiver,
  type WebhookSignal,
} from '../src/index.ts'
import { type Instance, type Instances, openInstances } from './support/instances.ts'

const secretOf = (fill: number): string => `whsec_${Buffer.alloc(32, fill).toString('base64')}`
const SECRET = secretOf(1)
const OLD_SECRET = secretOf(2)
const seconds = (): number => Math.floor(Date.now() / 1000)

/** As a sender does it, by Node's own HMAC. */
function sign(id: string, at: number | string, body: string, secret = SECRET): string {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  return `v1,${createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64')}`
}

function request(body: string, headers: Record<string, string | undefined> = {}): Request {
  const id = headers['webhook-id'] ?? 'msg_1'
  const at = headers['webhook-timestamp'] ?? String(seconds())
  const all = {
    'webhook-id': id,
    'webhook-timestamp': at,
    'webhook-signature': sign(id, at, body),
    ...headers,
  }
  const sent = Object.entries(all).filter((one): one is [string, string] => one[1] !== undefined)
  return new Request('https://shop.example/hooks', { method: 'POST', headers: sent, body })
}

const DISABLE = JSON.stringify({ users: ['alice'] })
function about(body: Json): readonly WebhookSignal[] {
  const { users = [], share = 1 } = body as { users?: string[]; share?: number }
  return users.map((subject) => ({ code: 'account-disabled', about: { subject }, share }))
}

let instances: Instances
let one: Instance
beforeEach(async () => {
  instances = openInstances()
  one = await instances.start()
})
afterEach(() => instances.stop())

const logger = { info() {}, warn() {}, error() {} }
function receiverOf({ guard }: Instance, options: Partial<WebhookOptions> = {}): WebhookReceiver {
  const signals: WebhookOptions['signals'] = ({ body }) => about(body)
  return createWebhookReceiver({
    ...{ guard, sender: 'fraud.example', secrets: SECRET, signals, logger },
    ...options,
  })
}

async function answerOf(response: Response): Promise<string> {
  const { err } = await response.json().catch(() => ({ err: '' }))
  return `${response.status} ${err ?? ''}`.trim()
}

describe('who is believed', () => {
  it('the published vector of the format is good, at its time', async () => {
    const clock = fakeClock(1_614_265_330_000)
    const told: unknown[] = []
    const { receive } = receiverOf(one, {
      secrets: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      signals: (message) => void told.push(message),
      clock,
    })
    const headers = {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    }
    expect(await answerOf(await receive(request('{"test": 2432232314}', headers)))).toBe('202')
    expect(told).toEqual([
      { id: headers['webhook-id'], sentAt: 1_614_265_330_000, body: { test: 2432232314 } },
    ])
  })

  it.each<[string, string, () => Request]>([
    ['no id', '400 invalid_headers', () => request(DISABLE, { 'webhook-id': '' })],
    ['a long id', '400 invalid_headers', () => request(DISABLE, { 'webhook-id': 'x'.repeat(257) })],
    ['no time', '400 invalid_headers', () => request(DISABLE, { 'webhook-timestamp': 'now' })],
    [
      'a time in milliseconds',
      '400 invalid_headers',
      () => request(DISABLE, { 'webhook-timestamp': `${Date.now()}` }),
    ],
    [
      'a time too long ago',
      '401 invalid_timestamp',
      () => request(DISABLE, { 'webhook-timestamp': `${seconds() - 302}` }),
    ],
    [
      'a time to come',
      '401 invalid_timestamp',
      () => request(DISABLE, { 'webhook-timestamp': `${seconds() + 302}` }),
    ],
    [
      'no signature',
      '400 invalid_headers',
      () => request(DISABLE, { 'webhook-signature': undefined }),
    ],
    [
      'a signature of another version alone',
      '400 invalid_headers',
      () =>
        request(DISABLE, {
          'webhook-signature': sign('msg_1', seconds(), DISABLE).replace('v1', 'v1a'),
        }),
    ],
    [
      'the signature of another id',
      '401 invalid_signature',
      () => request(DISABLE, { 'webhook-signature': sign('msg_2', seconds(), DISABLE) }),
    ],
    [
      'the signature of another time',
      '401 invalid_signature',
      () => request(DISABLE, { 'webhook-signature': sign('msg_1', seconds() - 60, DISABLE) }),
    ],
    [
      'the signature of another body',
      '401 invalid_signature',
      () => request(DISABLE, { 'webhook-signature': sign('msg_1', seconds(), '{}') }),
    ],
    [
      'another secret',
      '401 invalid_signature',
      () =>
        request(DISABLE, { 'webhook-signature': sign('msg_1', seconds(), DISABLE, OLD_SECRET) }),
    ],
    ['a body that is no JSON', '400 invalid_body', () => request('{"users":')],
    ['a body too long', '413 too_large', () => request(`"${'x'.repeat(300_000)}"`)],
  ])('%s is answered %s', async (_name, answer, make) => {
    expect(await answerOf(await receiverOf(one).receive(make()))).toBe(answer)
    expect(await one.mayView()).toBe(true)
  })

  it('any of several secrets will do, and any of several signatures', async () => {
    const { receive } = receiverOf(one, { secrets: [SECRET, OLD_SECRET] })
    const at = String(seconds())
    const bySecret = (secret: string): string => sign('msg_1', at, DISABLE, secret)
    for (const signatures of [
      bySecret(OLD_SECRET),
      `v1a,AAAA ${bySecret(secretOf(3))} ${bySecret(SECRET)}`,
    ]) {
      const headers = { 'webhook-timestamp': at, 'webhook-signature': signatures }
      expect(await answerOf(await receive(request(DISABLE, headers)))).toBe('202')
    }
  })

  it('a GET is answered 405', async () => {
    const reply = await receiverOf(one).receive(new Request('https://shop.example/hooks'))
    expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'POST'])
  })
})

describe('what takes effect', () => {
  it('holds for the very next decision, with the sender as its source', async () => {
    expect(await one.mayView()).toBe(true)
    expect(await answerOf(await receiverOf(one).receive(request(DISABLE)))).toBe('202')
    expect([await one.mayView(), await one.mayView('bob')]).toEqual([false, true])
    // the app's own word takes nothing of the sender's back
    await one.guard.signal({ code: 'account-disabled', about: { subject: 'alice' }, share: 0 })
    expect(await one.mayView()).toBe(false)
    const back = request(JSON.stringify({ users: ['alice'], share: 0 }), { 'webhook-id': 'msg_2' })
    expect(await answerOf(await receiverOf(one).receive(back))).toBe('202')
    expect(await one.mayView()).toBe(true)
  })

  it('a batch holds as a whole, in its order', async () => {
    const users = Array.from({ length: 100 }, (_, index) => `user-${index}`)
    const { receive } = receiverOf(one, {
      signals: ({ body }) => [
        ...about(body),
        { code: 'account-disabled', about: { subject: 'user-7' }, share: 0 },
      ],
    })
    expect(await answerOf(await receive(request(JSON.stringify({ users }))))).toBe('202')
    const views = await Promise.all(users.map((user) => one.mayView(user)))
    expect(views.flatMap((may, index) => (may ? [index] : []))).toEqual([7])
  })

  it('a batch of more signals than one message may have is refused', async () => {
    const users = Array.from({ length: 1001 }, (_, index) => `user-${index}`)
    const reply = await receiverOf(one).receive(request(JSON.stringify({ users })))
    expect(await answerOf(reply)).toBe('413 too_large')
    expect(await one.mayView('user-0')).toBe(true)
  })

  it('a message counts once however often it comes, also on another instance', async () => {
    const other = await instances.start()
    let asked = 0
    const signals: WebhookOptions['signals'] = ({ body }) => {
      asked += 1
      return about(body)
    }
    const receivers = [one, other].map((instance) => receiverOf(instance, { signals }))
    for (const { receive } of [...receivers, ...receivers])
      expect(await answerOf(await receive(request(DISABLE)))).toBe('202')
    expect(asked).toBe(1)
    expect(await other.mayView()).toBe(false)
    const changed = request(JSON.stringify({ users: ['bob'] }))
    expect(await answerOf(await (receivers[1] as WebhookReceiver).receive(changed))).toBe(
      '409 id_taken',
    )
    expect(await other.mayView('bob')).toBe(true)
  })

  it('two senders may use the same id', async () => {
    expect(await answerOf(await receiverOf(one).receive(request(DISABLE)))).toBe('202')
    const body = JSON.stringify({ users: ['bob'] })
    const { receive } = receiverOf(one, { sender: 'other.example' })
    expect(await answerOf(await receive(request(body)))).toBe('202')
    expect(await one.mayView('bob')).toBe(false)
  })
})

describe('what fails on this side is asked for again, and nothing piles up', () => {
  it.each<[string, () => WebhookOptions['signals']]>([
    [
      'the app’s function',
      () => () => {
        throw new Error('the database is down')
      },
    ],
    ['an answer that is no signal', () => () => 'account-disabled' as never],
    ['a signal about nobody', () => () => ({ code: 'account-disabled', about: {} as never })],
  ])('%s: 503, then it counts', async (_name, failing) => {
    const reply = await receiverOf(one, { signals: failing() }).receive(request(DISABLE))
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await answerOf(await receiverOf(one).receive(request(DISABLE)))).toBe('202')
    expect(await one.mayView()).toBe(false)
  })

  it('a store that is down: 503, then it counts', async () => {
    const { receive } = receiverOf(one)
    instances.failing = true
    expect(await answerOf(await receive(request(DISABLE)))).toBe('503')
    instances.failing = false
    expect(await answerOf(await receive(request(DISABLE)))).toBe('202')
    expect(await one.mayView()).toBe(false)
  })

  it('more at a time than agreed on: 429 with Retry-After, and place again afterwards', async () => {
    let release = (): void => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    let entered = 0
    const { receive } = receiverOf(one, {
      maxInFlight: 2,
      async signals() {
        entered += 1
        await gate
        return undefined
      },
    })
    const send = (id: number): Promise<Response> =>
      receive(request(DISABLE, { 'webhook-id': `msg_${id}` }))
    const held = [send(1), send(2)]
    await expect.poll(() => entered).toBe(2)
    const refused = await send(3)
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
    release()
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([202, 202])
    expect((await send(3)).status).toBe(202)
  })

  it('strangers who hold their bodies back fill so many places, and no more', async () => {
    const { receive } = receiverOf(one)
    const slow = Array.from({ length: 300 }, () => {
      const { headers } = request(DISABLE)
      const body = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => {}) })
      const init = { method: 'POST', headers, body, duplex: 'half' }
      return receive(new Request('https://shop.example/hooks', init as RequestInit))
    })
    const answered = await Promise.race([
      Promise.all(slow.slice(256)),
      Promise.race(slow.slice(0, 256)),
    ])
    expect((answered as Response[]).map(({ status }) => status)).toEqual(Array(44).fill(429))
  })
})

describe('options', () => {
  const good = { sender: 'fraud.example', secrets: SECRET, signals: () => undefined }
  it.each<[string, object, string, RegExp]>([
    ['no sender', { sender: '' }, 'sender_malformed', /must name who sends/],
    ['no secret', { secrets: [] }, 'webhook_secret_malformed', /one to 5 secrets/],
    ['a secret without its prefix', { secrets: 'AAAA' }, 'webhook_secret_malformed', /whsec_/],
    [
      'a short secret',
      { secrets: `whsec_${btoa('x'.repeat(23))}` },
      'webhook_secret_malformed',
      /24 to 64 bytes/,
    ],
    ['no function', { signals: 'bot' }, 'signals_missing', /from a message to what it signals/],
    ['no limit', { maxInFlight: 0 }, 'limit_malformed', /from 1 to 10000/],
    ['a misspelt option', { secret: SECRET }, 'option_unknown', /Did you mean secrets/],
  ])('%s is told at once', (_name, wrong, code, message) => {
    const make = (): unknown =>
      createWebhookReceiver({ ...good, guard: one.guard, logger, ...wrong } as WebhookOptions)
    expect(make).toThrow(message)
    expect(make).toThrow(expect.objectContaining({ code }))
  })

  it('no secret is in a message', () => {
    const secrets = 'whsec_this is nothing to be told'
    const make = (): unknown => createWebhookReceiver({ ...good, guard: one.guard, secrets })
    expect(make).not.toThrow(/nothing to be told/)
    expect(make).toThrow()
  })
})
