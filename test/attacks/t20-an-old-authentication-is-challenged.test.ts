// T20: a token with a good acr passed however old the authentication was, and `iat` was taken for `auth_time`
// (auth0-server-python pull 161). The shops' login has no acr but the first: apps of our own read tokens.
import { jwtIdentity } from '@countersign/core'
import { SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { forEachAdapter, type TamperedApp } from './support/tampered-apps.ts'

const SECRET = 'a secret of the issuer, thirty-two characters'
const TOKENS = {
  issuer: 'https://idp.example',
  audience: 'shop',
  algorithms: ['HS256'],
  secret: SECRET,
}

forEachAdapter((start) => {
  const minutes = (app: TamperedApp, count: number) => app.clock.now() - count * 60_000
  const strong = { acr: 'aal2', amr: ['pwd', 'otp'] }

  test.each([
    { name: 'of now', age: 0, told: 'pass' },
    { name: 'of 15 minutes, inclusive', age: 15, told: 'pass' },
    { name: 'of a little more', age: 15.001, told: 401 },
    { name: 'of yesterday', age: 1_440, told: 401 },
    { name: 'half a minute ahead', age: -0.5, told: 'pass' },
    { name: 'a minute ahead', age: -1, told: 401 },
    { name: 'a year ahead', age: -525_600, told: 401 },
  ])('T20: aal2 with an auth_time $name: $told', async ({ age, told }) => {
    const app = await start()
    const alice = app.person({ ...strong, authTime: minutes(app, age) })
    expect(await alice.transfer()).toBe(told)
  })

  test.each([
    { name: 'is missing', authTime: null },
    { name: 'is a text', authTime: '2026-01-01' },
    { name: 'is no number', authTime: 'now' },
    { name: 'is negative', authTime: -1 },
    { name: 'is a list', authTime: [1] },
  ])('T20: aal2 whose auth_time $name is challenged', async ({ authTime }) => {
    const app = await start()
    const alice = app.person(strong)
    alice.signIn({ ...strong, authTime: authTime as never })
    expect(await alice.transfer()).toBe(401)
    expect(await alice.view()).toBe(401)
  })

  async function bearing(app: TamperedApp, claims: Record<string, unknown>) {
    const now = Math.floor(Date.now() / 1000)
    const token = await new SignJWT({ sub: 'alice', sid: 's', ...strong, ...claims })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(TOKENS.issuer)
      .setAudience(TOKENS.audience)
      .setIssuedAt(now)
      .setExpirationTime(now + 600)
      .sign(new TextEncoder().encode(SECRET))
    const alice = app.person()
    alice.cookies.clear()
    const headers = { authorization: `Bearer ${token}` }
    return (await alice.fetchJson('/transfer', { json: { amount: 200 }, headers })).status
  }

  test('T20: the time of a token’s issue, however fresh, never stands in for auth_time', async () => {
    const app = await start({ identity: jwtIdentity(TOKENS) })
    const now = Math.floor(Date.now() / 1000)
    expect(await bearing(app, { auth_time: now })).toBe(200)
    expect(await bearing(app, {})).toBe(401)
    expect(await bearing(app, { auth_time: now - 3_600 })).toBe(401)
    expect(await bearing(app, { auth_time: null })).toBe(401)
    expect(await bearing(app, { auth_time: String(now) })).toBe(401)
    expect(await bearing(app, { authTime: now, updated_at: now, nbf: now })).toBe(401)
  })

  test('T20: an acr that the policy does not name is the weakest (T21)', async () => {
    const app = await start({ identity: jwtIdentity(TOKENS) })
    const now = Math.floor(Date.now() / 1000)
    for (const acr of [
      'aal9',
      'AAL2',
      'urn:mace:incommon:iap:silver',
      '__proto__',
      'constructor',
      ' aal2',
      '',
    ])
      expect(await bearing(app, { auth_time: now, acr, amr: ['pwd'] }), acr).toBe(401)
  })
})
