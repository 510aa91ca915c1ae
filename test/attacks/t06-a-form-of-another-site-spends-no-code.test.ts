// T6: what a challenge took from a person must not be lost to somebody else's page: a form that another site sends is
// refused before an attempt is charged, a code spent or the session renewed.
import { expect, test } from 'vitest'
import { forEachShop } from './support/shops.ts'
import { PASS, SESSION } from './support/visitor.ts'

/** More than there are attempts. */
const FOREIGN = [
  { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
  { 'sec-fetch-site': 'same-site', origin: 'http://localhost:1' },
  { 'sec-fetch-site': 'cross-site', origin: 'null' },
  { 'sec-fetch-site': undefined, origin: 'https://evil.example' },
  { 'sec-fetch-site': undefined, origin: 'null' },
  { 'sec-fetch-site': undefined, origin: undefined },
  { 'sec-fetch-site': 'none', origin: undefined },
]

forEachShop((shop) => {
  test('T6: a form of another site is refused, and code, attempts and session are as they were', async () => {
    const alice = shop.visitor()
    await alice.signIn('alice')
    const session = alice.cookies.get(SESSION)
    const ticket = await alice.challenged()
    const code = await alice.code('alice')
    for (const headers of FOREIGN) {
      const reply = await alice.submit('/step-up', { ticket, code, remember: 'yes' }, { headers })
      expect([reply.status, reply.headers.getSetCookie()], JSON.stringify(headers)).toEqual([
        403,
        [],
      ])
    }
    expect(alice.cookies.get(SESSION)).toBe(session)
    expect((await alice.answer('alice', ticket, { code })).status).toBe(303)
    expect(await alice.transfer(200)).toEqual(PASS)
  })
})
