// T39: browsers and routers fetch pages that nobody has asked for yet; nothing may come of it. The GET routes of the shop
// need no step-up, so that a prefetch of one that does is left to `guardContract`, by reference.
import { expect, test } from 'vitest'
import { forEachShop } from './support/shops.ts'
import { REMEMBERED } from './support/visitor.ts'

const AHEAD = { 'sec-purpose': 'prefetch;prerender', purpose: 'prefetch' }

forEachShop((shop) => {
  test('T39: a prefetch by nobody is refused in place, without a redirect or a cookie', async () => {
    const reply = await shop.visitor().navigate('/account', { headers: AHEAD })
    expect(reply.status).toBe(401)
    expect(reply.headers.getSetCookie()).toEqual([])
  })

  test('T39: a prefetch challenges nobody, and binds no device to a new login', async () => {
    const browser = shop.visitor()
    await browser.beRemembered('alice')
    await browser.signOut()
    await browser.signIn('alice')
    const before = new Map(browser.cookies)
    const page = await browser.navigate('/account', { headers: AHEAD })
    expect([page.status, page.headers.getSetCookie()]).toEqual([200, []])
    const sent = await browser.fetchJson('/transfer', {
      headers: AHEAD,
      json: { amount: 200, payee: 'bob' },
    })
    expect([sent.status, sent.headers.getSetCookie()]).toEqual([401, []])
    expect(await sent.json()).not.toHaveProperty('challengeUrl')
    expect(new Map(browser.cookies)).toEqual(before)
    expect(await browser.transfer(200)).toEqual(REMEMBERED)
  })
})
