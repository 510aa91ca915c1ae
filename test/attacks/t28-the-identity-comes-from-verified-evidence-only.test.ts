// T28: whoever a request's body named was taken for whoever sent it (Better Auth CVE-2025-61928).
import { expect, test } from 'vitest'
import { forEachShop } from './support/shops.ts'
import { CHALLENGED, deviceCookie, SESSION } from './support/visitor.ts'

const CLAIMED = {
  user: 'bob',
  userId: 'bob',
  subject: 'bob',
  sub: 'bob',
  identity: 'bob',
  session: 'x',
  acr: 'aal3',
  amr: 'pwd,otp,hwk',
}
const HEADERS = Object.fromEntries(
  [
    'x-user',
    'x-user-id',
    'x-forwarded-user',
    'x-auth-request-user',
    'remote-user',
    'x-remote-user',
  ].map((name) => [name, 'bob']),
)
/** Next's own ways to hand a request's headers on from its proxy. */
const INTERNAL = {
  'x-middleware-override-headers': 'cookie,x-user',
  'x-middleware-request-x-user': 'bob',
  'x-middleware-request-cookie': `${SESSION}=x`,
}
const AUTHORIZATION = [
  `Basic ${Buffer.from('bob:correct-horse').toString('base64')}`,
  'Bearer bob',
  `Bearer ${['{"alg":"none"}', '{"sub":"bob","acr":"aal3"}', ''].map((part) => Buffer.from(part).toString('base64url')).join('.')}`,
]

forEachShop((shop) => {
  test('T28: nobody becomes somebody by body, query or header', async () => {
    const nobody = shop.visitor()
    const query = new URLSearchParams(CLAIMED)
    const json = { ...CLAIMED, amount: 20, payee: 'ACME' }
    for (const authorization of [undefined, ...AUTHORIZATION]) {
      const headers = { ...HEADERS, ...INTERNAL, authorization }
      expect((await nobody.fetchJson(`/account?${query}`, { headers })).status).toBe(401)
      expect((await nobody.fetchJson(`/transfer?${query}`, { json, headers })).status).toBe(401)
      expect((await nobody.fetchJson(`/devices?${query}`, { headers })).status).toBe(401)
    }
    expect(nobody.cookies.size).toBe(0)
  })

  test('T28: somebody stays who they are, and as strong as they are', async () => {
    const bob = shop.visitor()
    await bob.beRemembered('bob')
    const alice = shop.visitor()
    await alice.signIn('alice')
    const [name, value] = deviceCookie(bob)
    alice.cookies.set(name, value)
    const query = new URLSearchParams(CLAIMED)
    for (const authorization of [undefined, ...AUTHORIZATION]) {
      const headers = { ...HEADERS, ...INTERNAL, authorization }
      const seen = await alice.fetchJson(`/account?${query}`, { headers })
      expect(await seen.json()).toMatchObject({ user: 'alice', decision: { outcome: 'pass' } })
      const json = { ...CLAIMED, amount: 200, payee: 'ACME' }
      expect((await alice.fetchJson(`/transfer?${query}`, { json, headers })).status).toBe(401)
    }
    expect(await alice.transfer(200)).toEqual(CHALLENGED)
    const records = await shop.audit({ subject: 'bob' })
    const last = records.at(-1)?.entry
    expect(last?.type).not.toBe('decision') // all that was decided about bob came before alice did anything
  })

  test('T28: a challenge is answered for the one who is signed in, whoever the form names', async () => {
    const carol = shop.visitor()
    await carol.signIn('carol')
    const ticket = await carol.challenged()
    const code = await carol.code('bob')
    const answer = await carol.answer('carol', ticket, { ...CLAIMED, code })
    expect(answer.status).toBe(401)
    expect((await carol.answer('bob', ticket, { user: 'bob' })).status).toBe(401)
    expect((await carol.answer('carol', ticket, { user: 'bob' })).status).toBe(303)
    expect(await shop.operate('devices.list', { subject: 'bob' })).toHaveLength(1)
  })
})
