// Whatever a transmitter or a stranger sends: an answer with a code, never an exception, no waiting, and no memory that stays.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  CAEP,
  createReceiver,
  createWebhookReceiver,
  type Receiver,
  RISC,
  verifySecurityEventToken,
} from '../src/index.ts'
import { type Instances, openInstances } from './support/instances.ts'

const ISSUER = 'https://idp.example'
const secret = 'a secret that both sides have agreed on'
const options = { issuer: ISSUER, audience: 'https://shop.example', algorithms: ['HS256'], secret }
const CODES = [
  'invalid_request',
  'invalid_key',
  'invalid_issuer',
  'invalid_audience',
  'access_denied',
  'invalid_state',
]
const TYPE = 'application/secevent+jwt'
const logger = { info() {}, warn() {}, error() {} }

let instances: Instances
let receiver: Receiver
const failures: unknown[] = []
beforeAll(async () => {
  instances = openInstances()
  const { guard } = await instances.start()
  receiver = createReceiver({
    guard,
    transmitters: [{ ...options, subject: (id) => (id.format === 'opaque' ? 'alice' : undefined) }],
    logger: { ...logger, error: (details) => failures.push(details) },
  })
})
afterAll(() => instances.stop())

/** A good set of claims with one of its parts, at any depth, taken away or replaced by any JSON. */
const claims = fc
  .record({
    path: fc.constantFrom(
      ...['iss', 'aud', 'iat', 'jti', 'txn', 'toe', 'nbf', 'exp', 'sub', 'sub_id', 'events'].map(
        (name) => [name],
      ),
      ['sub_id', 'format'],
      ['sub_id', 'id'],
      ['sub_id', 'identifiers'],
      ['events', `${RISC}account-disabled`],
      ['events', `${RISC}account-disabled`, 'event_timestamp'],
      ['events', `${CAEP}risk-level-change`],
    ),
    value: fc.oneof(
      fc.jsonValue({ maxDepth: 4 }),
      fc.constantFrom('complex', 'aliases', 'ip-addresses', '__proto__', 'constructor', 1e308, -1),
      fc.constant(undefined),
    ),
    type: fc.constantFrom(`${RISC}account-disabled`, `${CAEP}risk-level-change`, 'urn:x:y'),
  })
  .map(({ path, value, type }) => {
    const all: Record<string, unknown> = {
      iss: ISSUER,
      aud: options.audience,
      iat: Math.floor(Date.now() / 1000),
      jti: crypto.randomUUID(),
      sub_id: { format: 'opaque', id: 'alice' },
      events: { [type]: { reason: 'hijacking' } },
    }
    let part = all
    for (const name of path.slice(0, -1)) part = (part[name] ?? {}) as Record<string, unknown>
    const last = path.at(-1) as string
    if (value === undefined) delete part[last]
    else part[last] = value
    return all
  })

async function sign(payload: Record<string, unknown>): Promise<string> {
  return await new SignJWT(payload)
    .setProtectedHeader({ alg: 'HS256', typ: 'secevent+jwt' })
    .sign(new TextEncoder().encode(secret))
}

async function push(body: string | Uint8Array<ArrayBuffer>, type = TYPE): Promise<Response> {
  const headers = { 'content-type': type }
  const request = new Request('https://shop.example/events', { method: 'POST', headers, body })
  return receiver.push(request)
}

it('claims of any kind, rightly signed: an event that is whole, or a code', async () => {
  let good = 0
  await fc.assert(
    fc.asyncProperty(claims, async (payload) => {
      const jwt = await sign(payload)
      const verified = await verifySecurityEventToken(jwt, options)
      if (verified.ok) {
        good += 1
        const { type, subject, jti, issuedAt, occurredAt } = verified.event
        expect([typeof type, typeof subject.format, typeof jti]).toEqual(Array(3).fill('string'))
        expect(occurredAt).toBeLessThanOrEqual(issuedAt)
        expect(Object.isFrozen(verified.event)).toBe(true)
      } else expect(CODES).toContain(verified.err)
      const reply = await push(jwt)
      if (reply.status === 202) return
      expect(reply.status).toBe(400)
      const { err, description } = await reply.json()
      expect(CODES).toContain(err)
      expect(description.length).toBeLessThan(200)
    }),
    { numRuns: 600 },
  )
  expect(good).toBeGreaterThan(50)
  // nothing of it was taken for a fault of this side
  expect(failures).toEqual([])
})

it('bodies of any kind: a code at once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.uint8Array({ maxLength: 400 }), fc.string({ unit: 'binary', maxLength: 400 })),
      fc.constantFrom(TYPE, `${TYPE}; charset=utf-8`, 'application/json', ''),
      async (body, type) => {
        const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
        const reply = await push(new Uint8Array(bytes), type)
        expect([400, 413]).toContain(reply.status)
        expect(await reply.json()).toMatchObject({ err: expect.any(String) })
      },
    ),
    { numRuns: 100 },
  )
})

it('headers and bodies of any kind: no webhook is taken', async () => {
  const { guard } = await instances.start()
  const { receive } = createWebhookReceiver({
    ...{ guard, sender: 'fuzz', secrets: `whsec_${btoa('k'.repeat(32))}`, logger },
    signals: () => {
      throw new Error('it was believed')
    },
  })
  const text = fc.string({ maxLength: 80 })
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        id: text,
        at: fc.oneof(text, fc.constant(`${Math.floor(Date.now() / 1000)}`)),
        signature: fc.oneof(
          text,
          fc.array(fc.constant(`v1,${'A'.repeat(43)}=`), { maxLength: 50 }).map((l) => l.join(' ')),
        ),
        body: fc.uint8Array({ maxLength: 200 }),
      }),
      async ({ id, at, signature, body }) => {
        const headers = {
          'webhook-id': id,
          'webhook-timestamp': at,
          'webhook-signature': signature,
        }
        const init = { method: 'POST', headers, body: new Uint8Array(body) }
        const reply = await receive(new Request('https://shop.example/hooks', init))
        expect([400, 401]).toContain(reply.status)
      },
    ),
    { numRuns: 300 },
  )
})

it('floods of the largest bodies leave nothing behind', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const large = `${'A'.repeat(20_000)}.${'B'.repeat(40_000)}.C`
  const used = (): number => {
    collect()
    return process.memoryUsage().heapUsed
  }
  for (let round = 0; round < 50; round++) await push(large)
  const before = used()
  for (let round = 0; round < 1_000; round++) expect((await push(large)).status).toBe(400)
  expect(used() - before).toBeLessThan(8 * 1024 * 1024)
})
