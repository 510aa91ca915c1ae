// T9: parallel requests with a rotating cookie were taken for theft, and everybody was signed out (spring-security issue
// 3079).
import { expect, test } from 'vitest'
import { forEachShop } from './support/shops.ts'
import { CHALLENGED, deviceCookie, REMEMBERED } from './support/visitor.ts'

forEachShop((shop) => {
  test('T9: eight requests at the same moment with the old cookie are all trusted, and so is the next', async () => {
    const alice = shop.visitor()
    await alice.beRemembered('alice')
    const [name, old] = deviceCookie(alice)
    const cookie = [...alice.cookies].map(([key, value]) => `${key}=${value}`).join('; ')
    const parallel = await Promise.all(
      Array.from({ length: 8 }, () => alice.transfer(200, { headers: { cookie } })),
    )
    expect(parallel).toEqual(Array(8).fill(REMEMBERED))
    expect(await alice.transfer(200)).toEqual(REMEMBERED)
    // a reply that was lost: the same session may show the old one
    alice.cookies.set(name, old)
    expect(await alice.transfer(200)).toEqual(REMEMBERED)
    expect(await shop.operate('devices.list', { subject: 'alice' })).toHaveLength(1)
    const told = (await shop.audit({ subject: 'alice' })).map(({ entry }) => entry)
    expect(told.filter(({ what }) => what === 'revoked')).toEqual([])
  })

  test('T9: a copy in another login is no trust within the minute, and ends nothing', async () => {
    const bob = shop.visitor()
    await bob.beRemembered('bob')
    const [name, copied] = deviceCookie(bob)
    expect(await bob.transfer(200)).toEqual(REMEMBERED)
    const thief = shop.visitor()
    await thief.signIn('bob')
    thief.cookies.set(name, copied)
    expect(await thief.transfer(200)).toEqual(CHALLENGED)
    expect(await bob.transfer(200)).toEqual(REMEMBERED)
  })
})
