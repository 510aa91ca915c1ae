import { describe, expect, test } from 'vitest'
import {
  isJwtIdentity,
  type JwtIdentityOptions,
  jwtIdentity,
} from '../../src/identity/jwt-identity.ts'
import type { RequestReader } from '../../src/request/request-reader.ts'
import { AUDIENCE, claims, hs256, ISSUER, NOW, NOW_SECONDS, SECRET, testClock } from './tokens.ts'

function make(changes: Partial<JwtIdentityOptions> = {}) {
  const options = {
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithms: ['HS256'],
    secret: SECRET,
    clock: testClock(),
  }
  return jwtIdentity({ ...options, ...changes })
}

function reader(headers: Record<string, string>): RequestReader {
  return {
    method: () => 'GET',
    target: () => '/?access_token=x',
    header: (name) => headers[name],
    peerAddress: () => undefined,
  }
}

describe('jwtIdentity', () => {
  test('maps the claims', async () => {
    const times = { auth_time: NOW_SECONDS - 60, iat: NOW_SECONDS }
    const token = await hs256(claims({ sid: 's1', acr: 'aal2', amr: ['pwd', 'otp'], ...times }))
    const reading = await make().read(reader({ authorization: `Bearer ${token}` }))
    expect(reading).toMatchObject({
      ok: true,
      by: 'header',
      identity: {
        subject: 'alice',
        session: 's1',
        acr: 'aal2',
        amr: ['pwd', 'otp'],
        authTime: NOW - 60_000,
        unreadable: [],
      },
    })
    expect(reading.ok && { ...reading.identity.claims }).toMatchObject({
      sub: { is: 'known', value: 'alice' },
    })
  })

  test('counts the tokens that it had verified before', async () => {
    const identity = make()
    const token = await hs256(claims({}))
    for (const text of [token, token, token, 'no.token'])
      await identity.read(reader({ authorization: `Bearer ${text}` }))
    await identity.read(reader({}))
    expect(identity.lookups).toEqual({ hits: 2, misses: 2 })
  })

  test('T20 iat never stands in for auth_time', async () => {
    const token = await hs256(claims({ iat: NOW_SECONDS }))
    const reading = await make().read(reader({ authorization: `Bearer ${token}` }))
    expect(reading.ok && 'authTime' in reading.identity).toBe(false)
    expect(reading.ok).toBe(true)
  })

  test('an auth_time of long ago is seconds all the same', async () => {
    const token = await hs256(claims({ auth_time: 5 }))
    const reading = await make().read(reader({ authorization: `Bearer ${token}` }))
    expect(reading.ok && reading.identity.authTime).toBe(5000)
  })

  test('ill-typed claims are unknown, without a subject there is nobody', async () => {
    const spoiled = await hs256(claims({ sid: 7, amr: 'pwd', acr: ['x'], auth_time: 'x' }))
    const reading = await make().read(reader({ authorization: `Bearer ${spoiled}` }))
    expect(reading.ok && reading.identity.unreadable).toEqual(['session', 'authTime', 'acr', 'amr'])
    const nobody = await hs256(claims({ sub: undefined as unknown as string }))
    expect(await make().read(reader({ authorization: `Bearer ${nobody}` }))).toEqual({
      ok: false,
      why: 'subject_missing',
    })
  })

  test('the scheme in any case', async () => {
    const token = await hs256()
    for (const scheme of ['bearer', 'BEARER', 'Bearer ']) {
      expect((await make().read(reader({ authorization: `${scheme} ${token}` }))).ok).toBe(true)
    }
  })

  test.each([
    ['no header', {}, 'absent'],
    ['another scheme', { authorization: 'Basic YTpi' }, 'absent'],
    ['a scheme that only begins so', { authorization: 'BearerX y' }, 'absent'],
    ['no token', { authorization: 'Bearer' }, 'malformed'],
    ['two headers joined', { authorization: 'Bearer a, Bearer b' }, 'malformed'],
    ['two tokens', { authorization: 'Bearer a b' }, 'malformed'],
    ['T52 100 kB', { authorization: `Bearer ${'a'.repeat(100_000)}` }, 'too_large'],
    ['T28 a cookie where a header is expected', { cookie: 'token=x' }, 'absent'],
  ])('%s', async (_name, headers: Record<string, string>, why) => {
    expect(await make().read(reader(headers))).toEqual({ ok: false, why })
  })

  test('with `cookie` it reads that cookie alone', async () => {
    const token = await hs256()
    const identity = make({ cookie: '__Host-login' })
    expect(await identity.read(reader({ cookie: `__Host-login=${token}` }))).toMatchObject({
      ok: true,
      by: 'cookie',
    })
    expect(await identity.read(reader({ authorization: `Bearer ${token}` }))).toEqual({
      ok: false,
      why: 'absent',
    })
    expect(await identity.read(reader({ cookie: `__host-login=${token}` }))).toEqual({
      ok: false,
      why: 'absent',
    })
    const twice = `__Host-login=${token}; __Host-login=${token}`
    expect(await identity.read(reader({ cookie: twice }))).toEqual({ ok: false, why: 'absent' })
  })

  test('T22 what is remembered of one user is never told of another', async () => {
    const identity = make()
    const tokens = await Promise.all(['alice', 'bob', 'carol'].map((sub) => hs256(claims({ sub }))))
    for (let round = 0; round < 3; round++) {
      const readings = await Promise.all(
        tokens.map((token) => identity.read(reader({ authorization: `Bearer ${token}` }))),
      )
      expect(readings.map((reading) => reading.ok && reading.identity.subject)).toEqual([
        'alice',
        'bob',
        'carol',
      ])
    }
  })

  test('it is told from a function of the app', () => {
    expect(isJwtIdentity(make())).toBe(true)
    for (const value of [() => undefined, undefined, null, {}, { read: () => undefined }]) {
      expect(isJwtIdentity(value)).toBe(false)
    }
  })

  test.each(['', 'a b', 'a=b', 7])('refuses the cookie name %j', (cookie) => {
    expect(() => make({ cookie: cookie as string })).toThrow(
      expect.objectContaining({ code: 'cookie_name_malformed', path: 'cookie' }),
    )
  })
})
