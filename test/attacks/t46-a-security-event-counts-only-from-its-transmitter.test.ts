// T46: an access token taken for a security event, an event of another issuer or for another receiver, one told twice
// (RFC 8417, section 4; SSF 1.0, section 4.1). Each is refused with a code of RFC 8935, and nobody's account is touched.
import { generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ReceivingApp, startReceivingApp } from '../shared-signals/support/receiving-app.ts'
import {
  AUDIENCE,
  startTransmitter,
  type Transmitter,
} from '../shared-signals/support/transmitter.ts'

const RISC = 'https://schemas.openid.net/secevent/risc/event-type/'
const DISABLED = { [`${RISC}account-disabled`]: { reason: 'hijacking' } }
const AUTHORIZATION = 'Bearer what the stream has agreed on'

let transmitter: Transmitter
let app: ReceivingApp
beforeAll(async () => {
  transmitter = await startTransmitter()
  app = await startReceivingApp({
    issuer: transmitter.issuer,
    events: [RISC],
    pushAuthorization: AUTHORIZATION,
  })
})
afterAll(async () => {
  await app.stop()
  await transmitter.stop()
})

type Forge = () => Promise<string>
const FORGED: readonly (readonly [name: string, err: string, forge: Forge])[] = [
  ['an access token', 'invalid_request', () => transmitter.sign(DISABLED, {}, { typ: 'at+jwt' })],
  ['no type', 'invalid_request', () => transmitter.sign(DISABLED, {}, { typ: undefined as never })],
  ['exp', 'invalid_request', () => transmitter.sign(DISABLED, { exp: 4_000_000_000 })],
  ['sub', 'invalid_request', () => transmitter.sign(DISABLED, { sub: 'alice' })],
  [
    'another issuer',
    'invalid_issuer',
    () => transmitter.sign(DISABLED, { iss: 'https://evil.example' }),
  ],
  [
    'another audience',
    'invalid_audience',
    () => transmitter.sign(DISABLED, { aud: 'https://b.example' }),
  ],
  ['a foreign key', 'invalid_key', () => signedWith('RS256')],
  ['another algorithm', 'invalid_key', () => signedWith('ES256')],
  ['no algorithm', 'invalid_key', unsigned],
  ['no jti', 'invalid_request', () => transmitter.sign(DISABLED, { jti: undefined })],
  ['an unknown kid', 'invalid_key', () => transmitter.sign(DISABLED, {}, { kid: 'k9' })],
  ['two events', 'invalid_request', () => transmitter.sign({ ...DISABLED, 'urn:x:y': {} })],
  [
    'a time to come',
    'invalid_request',
    () => transmitter.sign(DISABLED, { iat: Date.now() / 1000 + 60 }),
  ],
  ['nobody', 'invalid_request', () => transmitter.sign(DISABLED, { sub_id: undefined })],
  ['what it may not tell', 'access_denied', () => transmitter.sign({ 'urn:other:event': {} })],
  ['no token', 'invalid_request', async () => 'a.b'],
]

function claims(): Record<string, unknown> {
  return {
    iss: transmitter.issuer,
    aud: AUDIENCE,
    jti: 'x',
    iat: Math.floor(Date.now() / 1000),
    sub_id: { format: 'iss_sub', iss: transmitter.issuer, sub: 'alice' },
    events: DISABLED,
  }
}

async function signedWith(alg: string): Promise<string> {
  const { privateKey } = await generateKeyPair(alg)
  return new SignJWT(claims())
    .setProtectedHeader({ alg, kid: 'k1', typ: 'secevent+jwt' })
    .sign(privateKey)
}

async function unsigned(): Promise<string> {
  const parts = [{ alg: 'none', typ: 'secevent+jwt' }, claims()]
  return `${parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`
}

test.each(FORGED)('T46: %s is refused as %s', async (_name, err, forge) => {
  const reply = await app.push(await forge(), { authorization: AUTHORIZATION })
  expect(reply.status).toBe(400)
  expect(await reply.json()).toEqual({ err, description: expect.any(String) })
  expect(await app.outcome()).toBe('opt-out')
  expect(app.told).toEqual([])
})

test('T46: whoever is not the transmitter may not push at all', async () => {
  for (const headers of [{}, { authorization: 'Bearer something else altogether' }]) {
    const reply = await app.push(await transmitter.sign(DISABLED), headers)
    expect(await reply.json()).toMatchObject({ err: 'authentication_failed' })
  }
  expect(await app.outcome()).toBe('opt-out')
})

test('T46: a body of another type, too long, or by another method is no event', async () => {
  const jwt = await transmitter.sign(DISABLED)
  const headers = { authorization: AUTHORIZATION }
  const asJson = await app.push(jwt, { ...headers, 'content-type': 'application/json' })
  expect(await asJson.json()).toMatchObject({ err: 'invalid_request' })
  expect((await app.push('x'.repeat(100_000), headers)).status).toBe(413)
  expect((await fetch(`${app.origin}/events`)).status).toBe(404)
})

test('T46: an event takes effect once; the same jti with other content is refused', async () => {
  const jti = 'told once'
  const headers = { authorization: AUTHORIZATION }
  const jwt = await transmitter.sign(DISABLED, { jti })
  expect((await app.push(jwt, headers)).status).toBe(202)
  expect(await app.outcome()).toBe('deny')
  const enabled = await transmitter.sign({ [`${RISC}account-enabled`]: {} })
  expect((await app.push(enabled, headers)).status).toBe(202)
  expect(await app.outcome()).not.toBe('deny')
  // RFC 8935, section 2.2: a repeated delivery is acknowledged, and changes nothing
  expect((await app.push(jwt, headers)).status).toBe(202)
  expect(await app.outcome()).not.toBe('deny')
  const other = await transmitter.sign({ [`${RISC}account-purged`]: {} }, { jti })
  expect(await (await app.push(other, headers)).json()).toMatchObject({ err: 'invalid_request' })
  expect(app.told.map(([, outcome]) => outcome)).toEqual(['applied', 'applied', 'repeated'])
})
