// T2: tokens with alg none, with algorithms of the attacker's choice, and tokens of one kind taken for another
// (two-factor-bundle issue 143; next-auth GHSA-v64w-49xw-qq89).
import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { forEachShop } from './support/shops.ts'
import {
  CHALLENGED,
  deviceCookie,
  EVIDENCE,
  PASS,
  REMEMBERED,
  SESSION,
  type Visitor,
} from './support/visitor.ts'

forEachShop((shop) => {
  test('T2: no token of ours is taken for one of another kind, in any place', async () => {
    const alice = shop.visitor()
    await alice.stepUp('alice', { remember: 'yes' })
    const spare = await alice.fetchJson('/api-keys', { json: {} })
    expect(spare.status).toBe(400) // passed the guard: the evidence is good
    const evidence = alice.cookies.get(EVIDENCE) ?? ''
    const [deviceName, device] = deviceCookie(alice)
    const stepUpSession = alice.cookies.get(SESSION) ?? ''
    await alice.signOut()
    await alice.signIn('alice')
    const session = alice.cookies.get(SESSION) ?? ''
    alice.cookies.clear()
    alice.cookies.set(SESSION, session)
    const ticket = await alice.challenged()
    const [secretName, secret] =
      [...alice.cookies].find(([name]) => name.startsWith('__Host-challenge-')) ?? []
    expect(secretName).toBeDefined()

    const tokens = { evidence, device, ticket, session, stepUpSession, secret: secret ?? '' }
    for (const [kind, token] of Object.entries(tokens)) {
      if (kind !== 'device') expect(await withCookie(alice, deviceName, token)).toEqual(CHALLENGED)
      // the evidence of an earlier session too
      expect(await withCookie(alice, EVIDENCE, token)).toEqual(CHALLENGED)
      if (kind !== 'session') {
        const nobody = shop.visitor()
        nobody.cookies.set(SESSION, token)
        expect(await nobody.viewAccount()).toEqual(CHALLENGED)
      }
      if (kind !== 'ticket') {
        expect((await alice.navigate(`/step-up?ticket=${token}`)).status).toBe(400)
        expect((await alice.answer('alice', token)).status).toBe(400)
      }
    }
    // each in its own place is good: what was refused above was not simply spoilt
    expect(await withCookie(alice, deviceName, device)).toEqual(REMEMBERED)
    expect((await alice.answer('alice', ticket)).status).toBe(303)
    expect(await alice.transfer(200)).toEqual(PASS)
  })

  test('T2: a forged token is none, whatever algorithm, type or key its header names', async () => {
    const bob = shop.visitor()
    await bob.beRemembered('bob')
    const [name, device] = deviceCookie(bob)
    bob.cookies.delete(name)
    expect(await withCookie(bob, name, device)).toEqual(REMEMBERED)
    // a lost reply: the cookie before the rotation is still good in this session, so only forging spoils it
    expect(await withCookie(bob, name, device)).toEqual(REMEMBERED)
    for (const forged of forgeries(device)) {
      expect(await withCookie(bob, name, forged), forged).toEqual(CHALLENGED)
      expect(await withCookie(bob, EVIDENCE, forged), forged).toEqual(CHALLENGED)
    }
    expect((await bob.navigate(`/step-up?ticket=${forgeries(device)[0]}`)).status).toBe(400)
  })

  test('T2: a forged session is nobody', async () => {
    const carol = shop.visitor()
    await carol.signIn('carol')
    const session = carol.cookies.get(SESSION) ?? ''
    expect(await carol.viewAccount()).toEqual(PASS)
    const [, payload = '', signature = ''] = session.split('.')
    const asAlice = encode({ ...decode(payload), sub: 'alice' })
    for (const forged of [
      `${encode({ alg: 'none' })}.${payload}.`,
      `${encode({ alg: 'None', typ: 'JWT' })}.${payload}.${signature}`,
      `${encode({ alg: 'HS256', typ: 'JWT' })}.${asAlice}.${signature}`,
      `${encode({ typ: 'JWT' })}.${payload}.${signature}`,
      `${encode({ alg: 'RS256', typ: 'JWT' })}.${payload}.${signature}`,
      signed({ alg: 'HS256', typ: 'JWT' }, asAlice, ''),
      signed({ alg: 'HS256', typ: 'JWT' }, asAlice, 'secret'),
    ]) {
      carol.cookies.set(SESSION, forged)
      expect(await carol.viewAccount(), forged).toEqual(CHALLENGED)
    }
  })
})

/** A large transfer with one more cookie, in a browser that is then as before. */
async function withCookie(browser: Visitor, name: string, value: string) {
  const before = new Map(browser.cookies)
  browser.cookies.set(name, value)
  const outcome = await browser.transfer(200)
  browser.cookies.clear()
  for (const [kept, held] of before) browser.cookies.set(kept, held)
  return outcome
}

function forgeries(token: string): readonly string[] {
  const [header = '', ...rest] = token.split('.')
  const read = decode(header)
  const claims = encode({
    device: 'x',
    subject: 'bob',
    factors: [{ method: 'otp', at: Date.now() }],
  })
  const withHeader = (changed: object) => [encode({ ...read, ...changed }), ...rest].join('.')
  return [
    withHeader({ alg: 'none' }),
    withHeader({ alg: 'A256KW' }),
    withHeader({ alg: 'PBES2-HS256+A128KW', p2c: 1_000_000_000, p2s: 'c2FsdA' }),
    withHeader({ enc: 'A128GCM' }),
    withHeader({ typ: 'countersign-evidence' }),
    withHeader({ typ: undefined }),
    withHeader({ kid: undefined }),
    withHeader({ kid: '../../../../dev/null' }),
    withHeader({ zip: 'DEF' }),
    withHeader({ crit: ['exp'], exp: 0 }),
    `${encode({ alg: 'none' })}.${claims}.`,
    signed({ alg: 'HS256', typ: 'countersign-device' }, claims, String(read['kid'])),
    token.slice(0, -4),
    `${token}AAAA`,
    `${token}.`,
    token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
    'undefined',
    'null',
    '{}',
  ]
}

function signed(header: object, payload: string, key: string): string {
  const input = `${encode(header)}.${payload}`
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function decode(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, 'base64url').toString())
}
