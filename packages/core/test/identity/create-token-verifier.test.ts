import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { base64url, type JWTPayload } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { ConfigurationError } from '../../src/configuration-error.ts'
import { createTokenVerifier } from '../../src/identity/create-token-verifier.ts'
import type { TokenVerifierOptions } from '../../src/identity/token-verifier-options.ts'
import {
  AUDIENCE,
  claims,
  hs256,
  ISSUER,
  keyPair,
  NOW,
  NOW_SECONDS,
  rawHs256,
  SECRET,
  testClock,
} from './tokens.ts'

type Pair = Awaited<ReturnType<typeof keyPair>>
let rsa: Pair
let other: Pair
let ec: Pair

beforeAll(async () => {
  ;[rsa, other, ec] = await Promise.all([
    keyPair('RS256', 'k1'),
    keyPair('RS256', 'k2'),
    keyPair('ES256', 'e1'),
  ])
})

function withSecret(changes: Partial<TokenVerifierOptions> = {}) {
  const clock = testClock()
  const options = {
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithms: ['HS256'],
    secret: SECRET,
    clock,
  }
  return { clock, verify: createTokenVerifier({ ...options, ...changes }) }
}

function withKeys(changes: Partial<TokenVerifierOptions>) {
  return createTokenVerifier({
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithms: ['RS256'],
    clock: testClock(),
    ...changes,
  })
}

describe('claims', () => {
  test('a good token gives its claims, frozen', async () => {
    const { verify } = withSecret()
    const verified = await verify(await hs256(claims({ sid: 's', amr: ['pwd'], org: { id: 7 } })))
    expect(verified).toEqual({
      ok: true,
      claims: claims({ sid: 's', amr: ['pwd'], org: { id: 7 } }),
    })
    if (!verified.ok) return
    expect(Object.isFrozen(verified.claims)).toBe(true)
    expect(Object.isFrozen(verified.claims['org'])).toBe(true)
    expect(verified.claims['constructor']).toBeUndefined()
  })

  test.each<[string, JWTPayload]>([
    ['one of several audiences', { aud: ['x', AUDIENCE] }],
    ['T47 nbf 30 s ahead', { nbf: NOW_SECONDS + 30 }],
    ['T47 iat 30 s ahead', { iat: NOW_SECONDS + 30 }],
    ['T47 auth_time 30 s ahead', { auth_time: NOW_SECONDS + 30 }],
    ['an ill-typed auth_time spoils that fact alone', { auth_time: 'yesterday' }],
    ['a second is left', { exp: NOW_SECONDS + 1 }],
  ])('accepts %s', async (_name, changes) => {
    expect((await withSecret().verify(await hs256(claims(changes)))).ok).toBe(true)
  })

  test.each<[string, { [claim: string]: unknown }, string]>([
    ['no exp', { exp: undefined }, 'claim_missing'],
    ['no iss', { iss: undefined }, 'claim_missing'],
    ['no aud', { aud: undefined }, 'claim_missing'],
    ['another issuer', { iss: `${ISSUER}/` }, 'issuer_mismatch'],
    ['another audience', { aud: 'x' }, 'audience_mismatch'],
    ['an audience that is no string', { aud: [7] }, 'audience_mismatch'],
    ['exp as a string', { exp: '9999999999' }, 'claim_malformed'],
    ['nbf that is null', { nbf: null }, 'claim_malformed'],
    ['T47 expired this second, without leeway', { exp: NOW_SECONDS }, 'expired'],
    ['T47 nbf 31 s ahead', { nbf: NOW_SECONDS + 31 }, 'not_yet_valid'],
    ['T47 iat 31 s ahead', { iat: NOW_SECONDS + 31 }, 'not_yet_valid'],
    ['T47 auth_time 31 s ahead', { auth_time: NOW_SECONDS + 31 }, 'not_yet_valid'],
  ])('refuses %s', async (_name, changes, reason) => {
    expect(await withSecret().verify(await hs256(claims(changes)))).toEqual({ ok: false, reason })
  })

  test('maxTokenAgeSeconds counts from iat, without leeway', async () => {
    const { verify } = withSecret({ maxTokenAgeSeconds: 60 })
    expect((await verify(await hs256(claims({ iat: NOW_SECONDS - 60 })))).ok).toBe(true)
    expect(await verify(await hs256(claims({ iat: NOW_SECONDS - 61 })))).toEqual({
      ok: false,
      reason: 'too_old',
    })
    expect(await verify(await hs256(claims()))).toEqual({ ok: false, reason: 'claim_missing' })
  })
})

describe('signatures and headers', () => {
  test('T2 alg none, in every spelling, is refused', async () => {
    const payload = base64url.encode(JSON.stringify(claims()))
    for (const alg of ['none', 'None', 'NONE', 'nOnE', '', null, undefined, 7, 'HS384', 'RS256']) {
      const header = base64url.encode(JSON.stringify({ alg }))
      for (const signature of ['', 'AAAA']) {
        const verified = await withSecret().verify(`${header}.${payload}.${signature}`)
        expect(verified).toEqual({ ok: false, reason: 'algorithm_not_allowed' })
      }
    }
  })

  test('T2 an HMAC made with the public key is refused', async () => {
    for (const source of [{ key: rsa.pem }, { jwks: { keys: [rsa.jwk] } }]) {
      const token = await hs256(claims(), { kid: 'k1' }, rsa.pem)
      expect(await withKeys(source)(token)).toEqual({ ok: false, reason: 'algorithm_not_allowed' })
    }
  })

  test('another secret, another key, a changed payload', async () => {
    const invalid = { ok: false, reason: 'signature_invalid' }
    expect(await withSecret().verify(await hs256(claims(), {}, SECRET.toUpperCase()))).toEqual(
      invalid,
    )
    expect(await withKeys({ key: rsa.pem })(await other.sign())).toEqual(invalid)
    const [header, , signature] = (await hs256()).split('.')
    const payload = base64url.encode(JSON.stringify(claims({ sub: 'bob' })))
    expect(await withSecret().verify(`${header}.${payload}.${signature}`)).toEqual(invalid)
  })

  test('T45 crit is refused, known to jose or not', async () => {
    for (const crit of [['x'], ['b64'], [], 'x']) {
      const header = JSON.stringify({ alg: 'HS256', crit, x: 1, b64: true })
      const token = await rawHs256(header, JSON.stringify(claims()))
      expect(await withSecret().verify(token)).toEqual({
        ok: false,
        reason: 'critical_not_understood',
      })
    }
  })

  test('T45 base64url that is not canonical is refused in every segment', async () => {
    const token = await hs256()
    const parts = token.split('.')
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    let tried = 0
    for (const [index, part] of parts.entries()) {
      const last = alphabet.indexOf(part.at(-1) ?? '')
      const variants = [
        `${part}=`,
        `${part}==`,
        ` ${part}`,
        `${part}\n`,
        `${part.slice(0, 3)} ${part.slice(3)}`,
      ]
      // the same bytes, with other spare bits
      if (part.length % 4 !== 0) variants.push(part.slice(0, -1) + (alphabet[last ^ 1] ?? ''))
      for (const variant of variants) {
        const changed = parts.with(index, variant).join('.')
        expect(await withSecret().verify(changed)).toEqual({ ok: false, reason: 'malformed' })
        tried++
      }
    }
    expect(tried).toBeGreaterThan(15)
    expect((await withSecret().verify(token)).ok).toBe(true)
  })

  test.each([
    ['nothing', ''],
    ['words', 'not a token'],
    ['two segments', 'e30.e30'],
    ['five segments', 'e30.e30.e30.e30.e30'],
    ['a header that is no JSON', 'AAAA.e30.AAAA'],
    ['a header that is a list', 'W10.e30.AAAA'],
  ])('refuses %s', async (_name, token) => {
    expect(await withSecret().verify(token)).toEqual({ ok: false, reason: 'malformed' })
  })

  test('a payload that is no object', async () => {
    for (const payload of ['[]', 'null', '7', 'x', '"x"']) {
      const token = await rawHs256('{"alg":"HS256"}', payload)
      expect(await withSecret().verify(token)).toEqual({ ok: false, reason: 'malformed' })
    }
  })

  test('T52 a token of 9 kB is not looked at; one of nothing but brackets does no harm', async () => {
    const big = await hs256(claims({ x: 'x'.repeat(9000) }))
    expect(await withSecret().verify(big)).toEqual({ ok: false, reason: 'too_large' })
    const deep = JSON.stringify(claims()).replace(
      '{',
      `{"x":${'['.repeat(2700)}${']'.repeat(2700)},`,
    )
    expect((await withSecret().verify(await rawHs256('{"alg":"HS256"}', deep))).ok).toBe(true)
  })

  test.each([
    ['JWT', true],
    ['at+jwt', true],
    ['application/at+JWT', true],
    ['secevent+jwt', false],
    ['logout+jwt', false],
    ['dpop+jwt', false],
    ['countersign-ticket', false],
  ])('T2 typ %s is accepted: %s', async (typ, accepted) => {
    const verified = await withSecret().verify(await hs256(claims(), { typ }))
    expect(verified).toEqual(
      accepted ? expect.objectContaining({ ok: true }) : { ok: false, reason: 'type_not_allowed' },
    )
  })
})

describe('keys', () => {
  test.each([
    ['a PEM', () => ({ key: rsa.pem })],
    ['a JWK', () => ({ key: rsa.jwk })],
    ['a CryptoKey', () => ({ key: rsa.publicKey })],
    ['a key set', () => ({ jwks: { keys: [other.jwk, rsa.jwk] } })],
    ['a key set with one key of that kind', () => ({ jwks: { keys: [ec.jwk, rsa.jwk] } })],
  ])('%s', async (_name, source) => {
    const verify = withKeys(source())
    expect((await verify(await rsa.sign())).ok).toBe(true)
    expect((await verify(await ec.sign())).ok).toBe(false)
  })

  test('a token without kid is tried with each key of its kind', async () => {
    const verify = withKeys({ jwks: { keys: [other.jwk, rsa.jwk] } })
    expect((await verify(await rsa.sign(claims(), {}))).ok).toBe(true)
    const stranger = await keyPair('RS256', 'k3')
    expect(await verify(await stranger.sign(claims(), {}))).toEqual({
      ok: false,
      reason: 'signature_invalid',
    })
    expect(await verify(await stranger.sign())).toEqual({ ok: false, reason: 'key_not_found' })
  })

  test('T43 a JWK without alg is pinned all the same', async () => {
    expect('alg' in rsa.jwk).toBe(false)
    const ps = withKeys({ key: rsa.jwk, algorithms: ['PS256'] })
    expect(await ps(await rsa.sign())).toEqual({ ok: false, reason: 'algorithm_not_allowed' })
    const pinned = withKeys({ key: { ...rsa.jwk, alg: 'RS512' }, algorithms: ['RS256', 'RS512'] })
    expect(await pinned(await rsa.sign())).toEqual({ ok: false, reason: 'key_not_found' })
  })
})

describe('memory', () => {
  test('T22 the same token is verified once; the claims are the same object', async () => {
    const { verify } = withSecret()
    const token = await hs256()
    const spy = vi.spyOn(crypto.subtle, 'verify')
    const [first, second] = [await verify(token), await verify(token)]
    expect(spy).toHaveBeenCalledTimes(1)
    spy.mockRestore()
    expect(first.ok && second.ok && first.claims === second.claims).toBe(true)
  })

  test('T22 it never outlives exp, nor maxTokenAge', async () => {
    const { verify, clock } = withSecret({ maxTokenAgeSeconds: 300 })
    const token = await hs256(claims({ iat: NOW_SECONDS }))
    expect((await verify(token)).ok).toBe(true)
    clock.at = NOW + 301_000
    expect(await verify(token)).toEqual({ ok: false, reason: 'too_old' })
    clock.at = NOW + 600_000
    expect(await verify(token)).toEqual({ ok: false, reason: 'expired' })
  })

  test('T22 users never mix: another token with the same signature is another token', async () => {
    const { verify } = withSecret()
    const token = await hs256()
    expect((await verify(token)).ok).toBe(true)
    const [header, , signature] = token.split('.')
    const forged = `${header}.${base64url.encode(JSON.stringify(claims({ sub: 'bob' })))}.${signature}`
    expect(await verify(forged)).toEqual({ ok: false, reason: 'signature_invalid' })
    expect(await verify(token)).toEqual({ ok: true, claims: claims() })
  })

  test('T22 what one verifier accepted, another with other options does not', async () => {
    const token = await hs256()
    expect((await withSecret().verify(token)).ok).toBe(true)
    expect(await withSecret({ audience: 'x' }).verify(token)).toEqual({
      ok: false,
      reason: 'audience_mismatch',
    })
  })
})

describe('remote keys', () => {
  const answers = new Map<string, (response: ServerResponse) => void>()
  const asked: string[] = []
  let origin = ''
  const server = createServer((request, response) => {
    const path = String(request.url)
    asked.push(path)
    const answer = answers.get(path)
    if (answer === undefined) request.socket.destroy()
    else answer(response)
  })

  beforeAll(async () => {
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => server.close())
  beforeEach(() => {
    answers.clear()
    asked.length = 0
    vi.useFakeTimers({ now: NOW, toFake: ['Date'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  function publish(...pairs: readonly Pair[]): void {
    answers.set('/keys', json({ keys: pairs.map(({ jwk }) => jwk) }))
  }
  function remote(
    changes: () => Partial<TokenVerifierOptions> = () => ({ jwksUri: `${origin}/keys` }),
  ) {
    const clock = testClock()
    const verify = withKeys({ clock, ...changes() })
    const pass = (ms: number) => {
      clock.at += ms
      vi.setSystemTime(clock.at)
    }
    return { verify, pass }
  }

  test('fetched once, when first needed', async () => {
    publish(rsa)
    const { verify } = remote()
    expect(asked).toEqual([])
    expect((await verify(await rsa.sign())).ok).toBe(true)
    expect((await verify(await rsa.sign(claims({ sub: 'bob' })))).ok).toBe(true)
    expect(asked).toEqual(['/keys'])
  })

  test('T22 a key that was withdrawn counts no longer than ten minutes, for remembered tokens too', async () => {
    publish(rsa)
    const { verify, pass } = remote()
    const token = await rsa.sign(claims({ exp: NOW_SECONDS + 6000 }))
    expect((await verify(token)).ok).toBe(true)
    publish(other)
    pass(599_000)
    expect((await verify(token)).ok).toBe(true)
    pass(2000)
    expect(await verify(token)).toEqual({ ok: false, reason: 'key_not_found' })
  })

  test('T22 a new key that is asked for ends what the old set verified', async () => {
    publish(rsa)
    const { verify, pass } = remote()
    const token = await rsa.sign()
    expect((await verify(token)).ok).toBe(true)
    publish(other)
    pass(31_000)
    expect((await verify(await other.sign())).ok).toBe(true)
    expect(await verify(token)).toEqual({ ok: false, reason: 'key_not_found' })
  })

  test('unknown keys make it fetch at most every 30 s', async () => {
    publish(rsa)
    const { verify, pass } = remote()
    await verify(await rsa.sign())
    for (let index = 0; index < 5; index++)
      await verify(await rsa.sign(claims(), { kid: `x${index}` }))
    expect(asked).toHaveLength(1)
    pass(31_000)
    await verify(await rsa.sign(claims(), { kid: 'y' }))
    expect(asked).toHaveLength(2)
  })

  test('T12 an IdP that is down makes tokens unverifiable, and nobody waits for it twice within 5 s', async () => {
    const { verify, pass } = remote()
    const unavailable = { ok: false, reason: 'keys_unavailable' }
    const token = await rsa.sign()
    expect(await verify(token)).toEqual(unavailable)
    expect(await verify(token)).toEqual(unavailable)
    expect(asked).toHaveLength(1)
    publish(rsa)
    expect(await verify(token)).toEqual(unavailable)
    pass(5000)
    expect((await verify(token)).ok).toBe(true)
  })

  test.each([
    ['an error page', (response: ServerResponse) => response.writeHead(500).end('x')],
    [
      'a redirect',
      (response: ServerResponse) => response.writeHead(302, { location: '/other' }).end(),
    ],
    ['no JSON', (response: ServerResponse) => response.end('<html>')],
    ['no key set', json([])],
  ])('T12 %s is no key set', async (_name, answer) => {
    publish(rsa)
    answers.set('/other', answers.get('/keys') ?? answer)
    answers.set('/keys', answer)
    expect(await remote().verify(await rsa.sign())).toEqual({
      ok: false,
      reason: 'keys_unavailable',
    })
  })

  const WELL_KNOWN = '/.well-known/openid-configuration'

  test('without any keys the OpenID configuration of the issuer names them', async () => {
    publish(rsa)
    answers.set(WELL_KNOWN, json({ issuer: origin, jwks_uri: `${origin}/keys` }))
    const { verify } = remote(() => ({ issuer: origin }))
    expect((await verify(await rsa.sign(claims({ iss: origin })))).ok).toBe(true)
    expect(asked).toEqual([WELL_KNOWN, '/keys'])
  })

  test.each([
    ['another issuer', () => ({ issuer: 'https://evil.example', jwks_uri: `${origin}/keys` })],
    ['keys over plain http', () => ({ issuer: origin, jwks_uri: 'http://idp.example/keys' })],
    ['no keys', () => ({ issuer: origin })],
    ['nothing in it', () => null],
  ])('a configuration with %s is none', async (_name, configuration) => {
    publish(rsa)
    answers.set(WELL_KNOWN, json(configuration()))
    const { verify } = remote(() => ({ issuer: origin }))
    expect(await verify(await rsa.sign(claims({ iss: origin })))).toEqual({
      ok: false,
      reason: 'keys_unavailable',
    })
    expect(asked).toEqual([WELL_KNOWN])
  })
})

function json(value: unknown): (response: ServerResponse) => void {
  return (response) => {
    response.end(JSON.stringify(value))
  }
}

describe('options', () => {
  const good = { issuer: ISSUER, audience: AUDIENCE, algorithms: ['HS256'], secret: SECRET }

  test.each<[string, () => Record<string, unknown>, string, string]>([
    ['T2 no algorithms', () => ({ algorithms: [] }), 'algorithms_malformed', 'got an empty list'],
    [
      'T2 algorithms left out',
      () => ({ algorithms: undefined }),
      'algorithms_malformed',
      "algorithms: ['RS256']",
    ],
    ['T2 none', () => ({ algorithms: ['none'] }), 'algorithms_malformed', 'got "none"'],
    [
      'T2 HS and RS',
      () => ({ algorithms: ['HS256', 'RS256'] }),
      'algorithms_mixed',
      'got HS256, RS256',
    ],
    ['T44 a PEM as secret', () => ({ secret: rsa.pem }), 'secret_is_a_key', 'must not be a PEM'],
    [
      'T44 a PEM as bytes',
      () => ({ secret: new TextEncoder().encode(` ${rsa.pem}`) }),
      'secret_is_a_key',
      'a PEM',
    ],
    [
      'T44 a certificate without its armour',
      () => ({ secret: `MIIB${'A'.repeat(80)}` }),
      'secret_is_a_key',
      'a certificate',
    ],
    [
      'T44 a JWK as secret',
      () => ({ secret: JSON.stringify(rsa.jwk) }),
      'secret_is_a_key',
      'a JWK',
    ],
    [
      'T44 an ssh key as secret',
      () => ({ secret: `ssh-rsa ${'A'.repeat(80)}` }),
      'secret_is_a_key',
      'PEM',
    ],
    [
      'T44 a PEM as key of HS',
      () => ({ secret: undefined, key: rsa.pem }),
      'keys_of_other_kind',
      'HS* take a secret',
    ],
    [
      'a short secret',
      () => ({ secret: 'x'.repeat(31) }),
      'secret_too_short',
      'at least 32 bytes for HS256 (RFC 7518, 3.2), got 31.',
    ],
    [
      'a short secret for HS512',
      () => ({ algorithms: ['HS512'], secret: 'x'.repeat(63) }),
      'secret_too_short',
      '64',
    ],
    ['no secret', () => ({ secret: undefined }), 'keys_of_other_kind', 'with no secret'],
    [
      'a secret for RS',
      () => ({ algorithms: ['RS256'] }),
      'keys_of_other_kind',
      'algorithms RS256 with secret',
    ],
    ['two sources', () => ({ jwks: { keys: [] } }), 'keys_ambiguous', 'Keep one of them'],
    [
      'no audience',
      () => ({ audience: undefined }),
      'audience_missing',
      'tokens for other services',
    ],
    ['an empty audience', () => ({ audience: [] }), 'audience_missing', 'got an empty list'],
    ['no issuer', () => ({ issuer: '' }), 'issuer_missing', 'got ""'],
    [
      'an age below nothing',
      () => ({ maxTokenAgeSeconds: -1 }),
      'max_token_age_malformed',
      'got -1',
    ],
    ['a misspelt option', () => ({ jwksUrl: 'x' }), 'option_unknown', 'jwksUrl is no option'],
    [
      'keys over plain http',
      () => ({ algorithms: ['RS256'], secret: undefined, jwksUri: 'http://idp.example/keys' }),
      'keys_uri_malformed',
      'must be an https URL',
    ],
    [
      'an issuer that cannot be asked',
      () => ({ algorithms: ['RS256'], secret: undefined, issuer: 'idp' }),
      'keys_uri_malformed',
      'got "idp"',
    ],
    [
      'a private JWK',
      () => ({ algorithms: ['RS256'], secret: undefined, key: { ...rsa.jwk, d: 'x' } }),
      'key_malformed',
      'one public key',
    ],
    [
      'a private CryptoKey',
      () => ({ algorithms: ['RS256'], secret: undefined, key: rsa.privateKey }),
      'key_malformed',
      'one public key',
    ],
    [
      'a symmetric key in a set',
      () => ({
        algorithms: ['RS256'],
        secret: undefined,
        jwks: { keys: [{ kty: 'oct', k: 'x' }] },
      }),
      'jwks_malformed',
      'public keys',
    ],
  ])('refuses %s', (_name, changes, code, message) => {
    const attempt = () => createTokenVerifier({ ...good, ...changes() } as TokenVerifierOptions)
    expect(attempt).toThrow(ConfigurationError)
    expect(attempt).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    )
  })

  test('T30 no message shows a secret', () => {
    const secret = 'hunter2-hunter2'
    expect(() => createTokenVerifier({ ...good, secret })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    )
  })

  test.each([
    'http://localhost:3000/keys',
    'http://127.0.0.1/keys',
    'http://[::1]/keys',
    'https://idp.example/keys',
  ])('takes keys from %s', (jwksUri) => {
    expect(() => withKeys({ jwksUri })).not.toThrow()
  })
})
