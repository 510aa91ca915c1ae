// T38: a shared cache kept somebody's page, or the redirect of a challenge, for everybody (nextjs-auth0 issue 2100; Next
// CVE-2026-44572). A handler that sets `Cache-Control: public` itself, streams, or writes past the framework is
// packages/testing/src/guard-contract/caching-contract.ts, which every adapter passes.
import { expect, test } from 'vitest'
import { expectGuarded } from '../../packages/testing/src/guard-contract/expect-reply.ts'
import { shopPolicy } from './support/shop-policy.ts'
import { forEachShop } from './support/shops.ts'

const TRANSFER = { amount: '200', payee: 'ACME' }
/** What makes caches, and frameworks, think that they may keep or spare a reply. */
const CACHES: readonly Readonly<Record<string, string>>[] = [
  {},
  { 'cache-control': 'max-stale=3600, only-if-cached' },
  { 'if-none-match': '*' },
  { 'if-modified-since': 'Fri, 01 Jan 2100 00:00:00 GMT' },
  { range: 'bytes=0-10' },
  { 'sec-purpose': 'prefetch' },
  { 'x-middleware-prefetch': '1', 'x-nextjs-data': '1' },
  { rsc: '1' },
]

forEachShop((shop) => {
  test.each(CACHES)(
    'T38: to nobody, asked with %j: neither the redirect nor the 401',
    async (headers) => {
      const nobody = shop.visitor()
      const login = await nobody.navigate('/account', { headers })
      expect([303, 401]).toContain(login.status)
      expectGuarded(login)
      const refused = await nobody.fetchJson('/account', { headers })
      expect(refused.status).toBe(401)
      expectGuarded(refused)
    },
  )

  test.each(CACHES.filter((headers) => !('sec-purpose' in headers)))(
    'T38: to alice, asked with %j: nothing that is hers, and no challenge',
    async (headers) => {
      const alice = shop.visitor()
      await alice.signIn('alice')
      for (const reply of [
        await alice.fetchJson('/account', { headers }),
        await alice.navigate('/account', { headers }),
        await alice.send('/account', { method: 'HEAD', headers }),
      ]) {
        if (isNextsOwn(reply)) {
          expect([await reply.text(), reply.headers.getSetCookie()]).toEqual([
            expect.stringMatching(/^(\{\}|\/account\?_rsc)?$/),
            [],
          ])
          continue
        }
        expect([200, 206, 304]).toContain(reply.status)
        expectGuarded(reply)
      }
      expectGuarded(await alice.fetchJson('/transfer', { json: { amount: 200, payee: 'ACME' } }))
    },
  )

  test('T38: nor any step of a challenge', async () => {
    const bob = shop.visitor()
    await bob.signIn('bob')
    const challenge = await bob.submit('/transfer', TRANSFER)
    expect(challenge.status).toBe(303)
    expectGuarded(challenge)
    const location = challenge.headers.get('location') ?? ''
    const ticket = new URL(location, shop.origin()).searchParams.get('ticket') ?? ''
    for (const reply of [
      await bob.navigate(location),
      await bob.answer('bob', ticket, { code: '000000' }),
      await bob.navigate('/step-up?ticket=made-up'),
      await bob.answer('bob', ticket, { remember: 'yes' }),
      await bob.fetchJson('/devices'),
      await bob.navigate('/devices'),
    ])
      expect(reply.headers.get('cache-control')).toContain('no-store')
    const opted = await bob.fetchJson('/transfer', { json: { amount: 200, payee: 'ACME' } })
    expect(opted.status).toBe(200)
    expectGuarded(opted)
  })

  test('T38: nor a denial', async () => {
    const closed = shopPolicy(({ rules }) => {
      rules.push({ id: 'shut', actions: ['api-key.create'], deny: true })
    })
    await shop.operate('activate', { policy: closed })
    const carol = shop.visitor()
    await carol.signIn('carol')
    const denied = await carol.fetchJson('/api-keys', { json: { name: 'ci' } })
    expect(denied.status).toBe(403)
    expectGuarded(denied)
    const page = await carol.submit('/api-keys', { name: 'ci' })
    expect(page.status).toBe(403)
    expectGuarded(page)
  })
})

/** What Next answers ahead of all code of an app: to `rsc: 1` the same address with a query, to a prefetch an empty object. */
function isNextsOwn({ status, headers }: Response): boolean {
  return (
    (status === 307 && headers.get('location')?.startsWith('/account?_rsc') === true) ||
    headers.get('cache-control') === 'private, no-cache, no-store, max-age=0, must-revalidate'
  )
}
