// What a transmitter tells of a real engine: which events, to whom, until when; and who may ask it for what.
import { exportJWK, generateKeyPair } from 'jose'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openBrowser, openShop, passwordLogin, type Shop } from '../../core/test/support/shop.ts'
import {
  CAEP,
  COUNTERSIGN,
  createTransmitter,
  type EventTransmitter,
  POLL,
  RISC,
  type SecurityEvent,
  type SetVerifierOptions,
  type SigningKey,
  type TransmitterStream,
  type TransmittingOptions,
  verifySecurityEventToken,
} from '../src/index.ts'

const ISSUER = 'https://shop.example'
const CRM = {
  id: 'crm',
  audience: 'https://crm.example',
  authorization: 'Bearer what-crm-was-given',
}
const WIKI = {
  id: 'wiki',
  audience: 'https://wiki.example',
  authorization: 'Bearer what-wiki-was-given',
  events: [`${RISC}account-disabled`],
}
const logged: string[] = []
const logger = { info() {}, warn: () => {}, error: (_: object, text: string) => logged.push(text) }

let key: SigningKey
let older: SigningKey
beforeAll(async () => {
  key = await makeKey()
  older = await makeKey()
})

async function makeKey(): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  return { ...(await exportJWK(privateKey)), alg: 'ES256' } as SigningKey
}

let shop: Shop
let transmitter: EventTransmitter
beforeEach(async () => {
  shop = openShop()
  await shop.guard.ready()
  transmitter = await start()
})
afterEach(async () => {
  await transmitter.close()
  await shop.close()
})

async function start(options: Partial<TransmittingOptions> = {}): Promise<EventTransmitter> {
  const { guard, clock } = shop
  const made = createTransmitter({
    ...{ guard, clock, logger, issuer: ISSUER, keys: [key, older], streams: [CRM, WIKI] },
    ...options,
  })
  await made.start()
  return made
}

function ask(path: string, init: RequestInit & { as?: string } = {}): Promise<Response> {
  const { as = CRM.authorization, ...rest } = init
  const headers = { authorization: as }
  return transmitter.answer(new Request(`${ISSUER}${path}`, { ...rest, headers }))
}

interface Polled {
  readonly sets: Readonly<Record<string, string>>
  readonly moreAvailable?: boolean
}

async function poll(body: object = {}, as = CRM.authorization): Promise<Polled> {
  const asked = JSON.stringify({ returnImmediately: true, ...body })
  return (await (await ask('/ssf/poll', { method: 'POST', body: asked, as })).json()) as Polled
}

/** What waits for a receiver, verified by the keys that are published; acknowledged, so that it is told once. */
async function told(stream: TransmitterStream = CRM): Promise<readonly SecurityEvent[]> {
  const { sets } = await poll({}, stream.authorization)
  const options: SetVerifierOptions = {
    ...{ issuer: ISSUER, audience: stream.audience, algorithms: ['ES256'] },
    clock: shop.clock,
    jwks: (await (await ask('/ssf/keys')).json()) as NonNullable<SetVerifierOptions['jwks']>,
  }
  const events: SecurityEvent[] = []
  for (const [jti, jwt] of Object.entries(sets)) {
    const verified = await verifySecurityEventToken(jwt, options)
    if (!verified.ok) throw new Error(verified.description)
    expect(verified.event.jti).toBe(jti)
    events.push(verified.event)
  }
  await poll({ ack: Object.keys(sets), maxEvents: 0 }, stream.authorization)
  return events
}

const typesOf = (events: readonly SecurityEvent[]): readonly string[] =>
  events.map(({ type }) => type)

describe('what is told', () => {
  it('a device that is trusted, and one that is revoked, by the subject and its id', async () => {
    const browser = openBrowser(shop, passwordLogin(shop))
    await browser.stepUp({ rememberDevice: true })
    const [trusted] = await eventually(() => told(), 1)
    const [device] = await shop.guard.devices.list('alice')
    expect(trusted).toMatchObject({
      type: `${COUNTERSIGN}device-trusted`,
      subject: {
        format: 'complex',
        user: { format: 'iss_sub', iss: ISSUER, sub: 'alice' },
        device: { format: 'opaque', id: device?.id },
      },
      occurredAt: Math.floor(shop.clock.now() / 1000) * 1000,
    })
    await shop.guard.devices.revoke('alice', device?.id ?? '')
    const [revoked] = await eventually(() => told(), 1)
    expect(revoked).toMatchObject({
      type: `${COUNTERSIGN}device-revoked`,
      subject: { device: { id: device?.id } },
    })
  })

  it('a device whose cookie was copied', async () => {
    const browser = openBrowser(shop, passwordLogin(shop))
    await browser.stepUp({ rememberDevice: true })
    const thief = browser.copy()
    browser.login = passwordLogin(shop, 'alice', 'alice-2')
    await browser.ask('transfer.create')
    await shop.pass(120_000)
    thief.login = passwordLogin(shop, 'alice', 'alice-3')
    await thief.ask('transfer.create')
    const types = typesOf(await eventually(() => told(), 3))
    expect([...types].sort()).toEqual(
      ['device-reused', 'device-revoked', 'device-trusted'].map((name) => `${COUNTERSIGN}${name}`),
    )
  })

  it.each([
    ['password-changed', `${CAEP}credential-change`, { credential_type: 'password' }],
    ['factor-added', `${CAEP}credential-change`, { change_type: 'create' }],
    ['factor-removed', `${CAEP}credential-change`, { change_type: 'delete' }],
    ['recovery-code-used', `${RISC}recovery-activated`, {}],
    ['credential-compromised', `${RISC}credential-compromise`, { credential_type: 'password' }],
    ['deactivated', `${RISC}account-disabled`, {}],
    ['signed-out-everywhere', `${CAEP}session-revoked`, {}],
  ] as const)('%s as %s', async (what, type, payload) => {
    await shop.guard.credentialChanged('alice', what)
    const [event] = await eventually(() => told(), 1)
    expect(event).toMatchObject({ type, payload, subject: { sub: 'alice' } })
  })

  it('not what a transmitter told, nor a session’s id, nor a signal', async () => {
    const signed = { by: 'https://idp.example', why: 'an event' }
    await shop.guard.credentialChanged('alice', 'deactivated', signed)
    await shop.guard.sessionEnded('alice', 'alice-1')
    await shop.guard.signal({ code: 'account-disabled', about: { subject: 'alice' } })
    await shop.guard.credentialChanged('bob', 'deactivated')
    expect((await eventually(() => told(), 1)).map(({ subject }) => subject['sub'])).toEqual([
      'bob',
    ])
  })

  it('to each stream what it asked for, under its own audience and jti', async () => {
    await shop.guard.credentialChanged('alice', 'password-changed')
    await shop.guard.credentialChanged('alice', 'deactivated')
    const crm = await eventually(() => told(), 2)
    const wiki = await told(WIKI)
    expect(typesOf(wiki)).toEqual([`${RISC}account-disabled`])
    expect(crm.map(({ jti }) => jti)).not.toContain(wiki[0]?.jti)
  })

  it('under the name that the receiver knows', async () => {
    await transmitter.close()
    const subject = (id: string) => ({ format: 'email', email: `${id}@shop.example` })
    transmitter = await start({ subject })
    await shop.guard.credentialChanged('alice', 'deactivated')
    const [event] = await eventually(() => told(), 1)
    expect(event?.subject).toEqual({ format: 'email', email: 'alice@shop.example' })
  })
})

describe('until it is heard', () => {
  it('what nobody acknowledged is told again, under the same jti, and what was refused is not', async () => {
    await shop.guard.credentialChanged('alice', 'deactivated')
    await expect.poll(async () => Object.keys((await poll()).sets)).toHaveLength(1)
    const [jti = ''] = Object.keys((await poll()).sets)
    expect(Object.keys((await poll({ maxEvents: 5 })).sets)).toEqual([jti])
    const setErrs = { [jti]: { err: 'invalid_request', description: 'no' } }
    expect(await poll({ setErrs })).toEqual({ sets: {} })
    expect(logged.at(-1)).toMatch(/a receiver refused a security event/)
  })

  it('whatever a receiver acknowledges or refuses besides is passed over', async () => {
    const setErrs = { 'never sent': null, ['x'.repeat(10_000)]: 'no' }
    const before = logged.length
    expect(await poll({ ack: ['never sent', 7, null], setErrs })).toEqual({ sets: {} })
    expect(await poll({ ack: 'never sent', setErrs: 'x'.repeat(1_000) })).toEqual({ sets: {} })
    expect(logged.length - before).toBe(2)
    const kept: unknown[] = []
    const storage = shop.guard.storage('ssf-transmitter')
    for await (const { key } of storage.list('put crm')) kept.push(key)
    expect(kept).toEqual([])
  })

  it('so many at a time, and whether there are more', async () => {
    for (const subject of ['a', 'b', 'c'])
      await shop.guard.credentialChanged(subject, 'deactivated')
    await expect.poll(async () => Object.keys((await poll()).sets)).toHaveLength(3)
    expect(await poll({ maxEvents: 2 })).toMatchObject({ moreAvailable: true })
    expect(await poll({ maxEvents: 0 })).toEqual({ sets: {} })
  })

  it('a poll that waits is answered once there is something', async () => {
    const waiting = poll({ returnImmediately: false })
    await shop.guard.credentialChanged('alice', 'deactivated')
    expect(Object.keys((await waiting).sets)).toHaveLength(1)
  })

  it('what happened while nothing told it is told by the next, and nothing twice', async () => {
    await shop.guard.credentialChanged('alice', 'deactivated')
    expect(await eventually(() => told(), 1)).toHaveLength(1)
    await transmitter.close()
    shop.clock.advance(1_000)
    await shop.guard.credentialChanged('bob', 'deactivated')
    transmitter = await start()
    const events = await eventually(() => told(), 1)
    expect(events.map(({ subject }) => subject['sub'])).toEqual(['bob'])
    expect(await told()).toEqual([])
  })
})

describe('who may ask for what', () => {
  it('anybody its configuration and keys, without a private member', async () => {
    const configuration = await (await ask('/.well-known/ssf-configuration', { as: '' })).json()
    expect(configuration).toMatchObject({ issuer: ISSUER, jwks_uri: `${ISSUER}/ssf/keys` })
    const { keys } = (await (await ask('/ssf/keys', { as: '' })).json()) as { keys: object[] }
    expect(keys).toHaveLength(2)
    for (const one of keys)
      expect(Object.keys(one).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
  })

  it.each([
    ['POST', '/ssf/poll'],
    ['GET', '/ssf/stream'],
    ['GET', '/ssf/status'],
    ['POST', '/ssf/verify'],
  ])('nobody %s %s without a stream’s Authorization', async (method, path) => {
    for (const as of ['', 'Bearer', `${CRM.authorization}x`]) {
      const reply = await ask(path, { method, as })
      expect([reply.status, reply.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    }
  })

  it('a receiver its own stream alone, and changes nothing of it', async () => {
    expect(await (await ask('/ssf/stream?stream_id=crm')).json()).toMatchObject({
      ...{ stream_id: 'crm', iss: ISSUER, aud: CRM.audience },
      delivery: { method: POLL, endpoint_url: `${ISSUER}/ssf/poll` },
    })
    expect(await (await ask('/ssf/status')).json()).toEqual({ stream_id: 'crm', status: 'enabled' })
    expect((await ask('/ssf/stream?stream_id=wiki')).status).toBe(404)
    const made = await ask('/ssf/stream', { method: 'POST', body: '{}' })
    expect([made.status, made.headers.get('allow')]).toEqual([405, 'GET'])
    expect((await ask('/ssf/other')).status).toBe(404)
  })

  it('a verification with its state, and not too often', async () => {
    const body = JSON.stringify({ stream_id: 'crm', state: 'asked' })
    expect((await ask('/ssf/verify', { method: 'POST', body })).status).toBe(204)
    expect((await ask('/ssf/verify', { method: 'POST', body })).status).toBe(429)
    const [event] = await told()
    expect(event).toMatchObject({
      type: 'https://schemas.openid.net/secevent/ssf/event-type/verification',
      payload: { state: 'asked' },
      subject: { format: 'opaque', id: 'crm' },
    })
  })

  it.each([
    ['a list', '[]'],
    ['null', 'null'],
    ['no JSON', '{'],
    ['a text', '"x"'],
    ['a flood', 'x'.repeat(300_000)],
  ])('%s is no question', async (_name, body) => {
    expect((await ask('/ssf/poll', { method: 'POST', body })).status).toBe(400)
  })
})

describe('options', () => {
  it.each<[string, object, RegExp]>([
    ['no key', { keys: [] }, /private keys as JWK/],
    ['a public key', { keys: { kty: 'EC', alg: 'ES256' } }, /private keys as JWK/],
    ['no stream', { streams: [] }, /at least one/],
    ['two streams of one id', { streams: [CRM, CRM] }, /an id of its own/],
    ['a short authorization', { streams: [{ ...CRM, authorization: 'Bearer' }] }, /16 characters/],
    ['events that are none of ours', { streams: [{ ...CRM, events: ['urn:x'] }] }, /some of/],
    [
      'a push endpoint in plain http',
      { streams: [{ ...CRM, push: { url: 'http://crm.example' } }] },
      /https URL/,
    ],
  ])('%s is told at once', (_name, wrong, message) => {
    const { guard } = shop
    const make = (): unknown =>
      createTransmitter({ guard, issuer: ISSUER, keys: key, streams: [CRM], ...wrong })
    expect(make).toThrow(message)
  })
})

/** Once so many came, in however many polls. */
async function eventually(
  ask: () => Promise<readonly SecurityEvent[]>,
  count: number,
): Promise<readonly SecurityEvent[]> {
  const events: SecurityEvent[] = []
  await expect
    .poll(async () => events.push(...(await ask())), { timeout: 10_000 })
    .toBeGreaterThanOrEqual(count)
  return events
}
