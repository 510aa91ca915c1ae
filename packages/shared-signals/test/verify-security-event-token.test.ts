// One good security event token, and every way of spoiling it: each refused with the code that RFC 8935 has for it.
import { fakeClock } from '@countersign/testing'
import fc from 'fast-check'
import { exportJWK, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { CAEP, type SetVerifierOptions, verifySecurityEventToken } from '../src/index.ts'

const ISSUER = 'https://idp.example'
const AUDIENCE = 'https://shop.example'
const clock = fakeClock()
const seconds = (): number => Math.floor(clock.now() / 1000)

let ours: Awaited<ReturnType<typeof generateKeyPair>>
let foreign: Awaited<ReturnType<typeof generateKeyPair>>
let options: SetVerifierOptions

beforeAll(async () => {
  ours = await generateKeyPair('RS256')
  foreign = await generateKeyPair('RS256')
  const jwk = {
    ...(await exportJWK(ours.publicKey)),
    kty: 'RSA',
    kid: 'k1',
    alg: 'RS256',
    use: 'sig',
  }
  options = {
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithms: ['RS256'],
    jwks: { keys: [jwk] },
    clock,
  }
})

function claims(): Record<string, unknown> {
  return {
    iss: ISSUER,
    aud: AUDIENCE,
    iat: seconds(),
    jti: 'a-1',
    sub_id: { format: 'iss_sub', iss: ISSUER, sub: 'alice' },
    events: { [`${CAEP}session-revoked`]: { event_timestamp: seconds() - 10 } },
  }
}

interface Spoiled {
  readonly header?: Partial<JWTHeaderParameters>
  readonly change?: (claims: Record<string, unknown>) => void
  readonly key?: 'foreign'
}

async function token({ header = {}, change, key }: Spoiled = {}): Promise<string> {
  const payload = claims()
  change?.(payload)
  return await new SignJWT(payload)
    .setProtectedHeader({ alg: 'RS256', kid: 'k1', typ: 'secevent+jwt', ...header } as never)
    .sign(key === 'foreign' ? foreign.privateKey : ours.privateKey)
}

function setOf(type: string): (claims: Record<string, unknown>) => void {
  return (payload) => {
    payload['events'] = { [type]: {} }
  }
}

it('a good token answers with its event', async () => {
  const verified = await verifySecurityEventToken(await token(), options)
  expect(verified).toEqual({
    ok: true,
    event: {
      type: `${CAEP}session-revoked`,
      payload: { event_timestamp: seconds() - 10 },
      subject: { format: 'iss_sub', iss: ISSUER, sub: 'alice' },
      issuer: ISSUER,
      jti: 'a-1',
      issuedAt: seconds() * 1000,
      occurredAt: (seconds() - 10) * 1000,
    },
  })
})

describe('what is good too', () => {
  it.each<[string, Spoiled]>([
    ['the long media type (RFC 7515, 4.1.9)', { header: { typ: 'application/secevent+jwt' } }],
    ['upper case in the type', { header: { typ: 'SECEVENT+JWT' } }],
    ['an audience among several', { change: (c) => Object.assign(c, { aud: ['x', AUDIENCE] }) }],
    ['a clock that runs 30 s ahead', { change: (c) => Object.assign(c, { iat: seconds() + 30 }) }],
    [
      'an old token: its age is for the stream to judge',
      { change: (c) => Object.assign(c, { iat: seconds() - 86_400 }) },
    ],
    ['a vendor event', { change: setOf('https://vendor.example/event') }],
    ['a urn as event', { change: setOf('urn:example:event') }],
    ['opaque', { change: (c) => Object.assign(c, { sub_id: { format: 'opaque', id: '1' } }) }],
    [
      'email',
      { change: (c) => Object.assign(c, { sub_id: { format: 'email', email: 'a@b.example' } }) },
    ],
    [
      'account',
      {
        change: (c) => Object.assign(c, { sub_id: { format: 'account', uri: 'acct:a@b.example' } }),
      },
    ],
    [
      'uri',
      {
        change: (c) => Object.assign(c, { sub_id: { format: 'uri', uri: 'https://b.example/a' } }),
      },
    ],
    [
      'complex',
      {
        change: (c) =>
          Object.assign(c, { sub_id: { format: 'complex', user: { format: 'opaque', id: '1' } } }),
      },
    ],
    [
      'aliases',
      {
        change: (c) =>
          Object.assign(c, {
            sub_id: { format: 'aliases', identifiers: [{ format: 'opaque', id: '1' }] },
          }),
      },
    ],
  ])('%s', async (_name, good) => {
    expect(await verifySecurityEventToken(await token(good), options)).toMatchObject({ ok: true })
  })
})

describe('what is refused', () => {
  it.each<[string, string, RegExp, Spoiled]>([
    ['no type', 'invalid_request', /typ must be/, { header: { typ: undefined as never } }],
    [
      'the type of an access token',
      'invalid_request',
      /typ must be/,
      { header: { typ: 'at+jwt' } },
    ],
    ['the type of any JWT', 'invalid_request', /typ must be/, { header: { typ: 'JWT' } }],
    ['an unknown crit', 'invalid_request', /crit/, { header: { crit: ['b64'], b64: true } }],
    [
      'exp',
      'invalid_request',
      /exp must not/,
      { change: (c) => Object.assign(c, { exp: seconds() + 60 }) },
    ],
    [
      'sub',
      'invalid_request',
      /sub must not/,
      { change: (c) => Object.assign(c, { sub: 'alice' }) },
    ],
    [
      'another issuer',
      'invalid_issuer',
      /iss/,
      { change: (c) => Object.assign(c, { iss: 'https://evil.example' }) },
    ],
    ['no issuer', 'invalid_issuer', /iss/, { change: (c) => delete c['iss'] }],
    [
      'an issuer with a slash more',
      'invalid_issuer',
      /iss/,
      { change: (c) => Object.assign(c, { iss: `${ISSUER}/` }) },
    ],
    [
      'another audience',
      'invalid_audience',
      /aud/,
      { change: (c) => Object.assign(c, { aud: 'https://other.example' }) },
    ],
    ['no audience', 'invalid_audience', /aud/, { change: (c) => delete c['aud'] }],
    [
      'an audience that only begins like ours',
      'invalid_audience',
      /aud/,
      { change: (c) => Object.assign(c, { aud: `${AUDIENCE}/x` }) },
    ],
    ['a key of somebody else', 'invalid_key', /signature/, { key: 'foreign' }],
    ['an unknown kid', 'invalid_key', /kid/, { header: { kid: 'k2' } }],
    ['no jti', 'invalid_request', /jti/, { change: (c) => delete c['jti'] }],
    ['an empty jti', 'invalid_request', /jti/, { change: (c) => Object.assign(c, { jti: '' }) }],
    ['no iat', 'invalid_request', /iat/, { change: (c) => delete c['iat'] }],
    [
      'iat as a text',
      'invalid_request',
      /iat/,
      { change: (c) => Object.assign(c, { iat: String(seconds()) }) },
    ],
    [
      'a clock that runs 31 s ahead',
      'invalid_request',
      /future/,
      { change: (c) => Object.assign(c, { iat: seconds() + 31 }) },
    ],
    [
      'two events',
      'invalid_request',
      /one event/,
      { change: (c) => Object.assign(c, { events: { 'urn:a:1': {}, 'urn:a:2': {} } }) },
    ],
    [
      'no event',
      'invalid_request',
      /one event/,
      { change: (c) => Object.assign(c, { events: {} }) },
    ],
    ['no events at all', 'invalid_request', /events/, { change: (c) => delete c['events'] }],
    [
      'an event that is no object',
      'invalid_request',
      /object/,
      { change: (c) => Object.assign(c, { events: { 'urn:a:1': true } }) },
    ],
    [
      'an event type that is no URI',
      'invalid_request',
      /URI/,
      { change: setOf('session-revoked') },
    ],
    ['no sub_id', 'invalid_request', /sub_id/, { change: (c) => delete c['sub_id'] }],
    [
      'a sub_id without its members',
      'invalid_request',
      /must have sub/,
      { change: (c) => Object.assign(c, { sub_id: { format: 'iss_sub', iss: ISSUER } }) },
    ],
    [
      'aliases in aliases',
      'invalid_request',
      /simple/,
      {
        change: (c) =>
          Object.assign(c, {
            sub_id: { format: 'aliases', identifiers: [{ format: 'aliases', identifiers: [] }] },
          }),
      },
    ],
    [
      'an event time that is none',
      'invalid_request',
      /event_timestamp/,
      { change: (c) => Object.assign(c, { events: { 'urn:a:1': { event_timestamp: 'now' } } }) },
    ],
  ])('%s: %s', async (_name, err, description, spoiled) => {
    const verified = await verifySecurityEventToken(await token(spoiled), options)
    expect(verified).toMatchObject({ ok: false, err })
    expect(verified.ok ? '' : verified.description).toMatch(description)
  })

  it('an algorithm that was not agreed on, though the key would fit', async () => {
    const jwt = await new SignJWT(claims())
      .setProtectedHeader({ alg: 'PS256', kid: 'k1', typ: 'secevent+jwt' })
      .sign((await generateKeyPair('PS256')).privateKey)
    expect(await verifySecurityEventToken(jwt, options)).toMatchObject({ err: 'invalid_key' })
  })

  it('no signature', async () => {
    const part = (value: object): string => btoa(JSON.stringify(value)).replace(/=+$/, '')
    const jwt = `${part({ alg: 'none', typ: 'secevent+jwt' })}.${part(claims())}.`
    const verified = await verifySecurityEventToken(jwt, options)
    expect(verified).toMatchObject({ ok: false })
    expect(['invalid_request', 'invalid_key']).toContain(verified.ok ? '' : verified.err)
  })

  it('what is no token, whatever it is, at once and never by an exception', async () => {
    const good = await token()
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ maxLength: 300 }),
          fc
            .nat({ max: good.length - 1 })
            .chain((at) =>
              fc
                .constantFrom('', 'A', '.', '=', '\u0000')
                .map((by) => good.slice(0, at) + by + good.slice(at + 1)),
            )
            .filter((text) => text !== good),
          fc.constant(`${'a'.repeat(70_000)}.b.c`),
        ),
        async (text) => {
          expect(await verifySecurityEventToken(text, options)).toMatchObject({ ok: false })
        },
      ),
      { numRuns: 200 },
    )
  })

  it('claims that are nested without end', async () => {
    let deep: unknown = 1
    for (let i = 0; i < 100; i++) deep = { deep }
    const jwt = await token({
      change: (c) => Object.assign(c, { events: { 'urn:a:1': { deep } } }),
    })
    expect(await verifySecurityEventToken(jwt, options)).toMatchObject({
      err: 'invalid_request',
      description: 'the claims are nested too deeply',
    })
  })
})

it('an option that is misspelt, or no algorithm, is told when it is used', async () => {
  const jwt = await token()
  const misspelt = { ...options, audiense: AUDIENCE } as never
  await expect(verifySecurityEventToken(jwt, misspelt)).rejects.toThrow(/audiense/)
  await expect(verifySecurityEventToken(jwt, { ...options, algorithms: [] })).rejects.toThrow(
    /algorithms/,
  )
})
