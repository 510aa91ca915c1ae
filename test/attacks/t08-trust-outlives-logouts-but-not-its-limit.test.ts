// T8: trust was lost at the first logout, or grew with each use (better-auth issue 2728).
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { shortTrust } from './support/shop-policy.ts'
import { forEachShop } from './support/shops.ts'
import { CHALLENGED, deviceCookie, REMEMBERED } from './support/visitor.ts'

forEachShop((shop) => {
  test('T8: trust still works after three logouts and logins', async () => {
    const alice = shop.visitor()
    await alice.beRemembered('alice')
    for (let count = 0; count < 3; count++) {
      expect(await alice.transfer(200)).toEqual(REMEMBERED)
      await alice.signOut()
      expect(await alice.transfer(200)).toEqual(CHALLENGED)
      await alice.signIn('alice')
    }
    expect(await alice.transfer(200)).toEqual(REMEMBERED)
  })

  test('T8: trust ends at its absolute limit, however often it is used and by whichever login', async () => {
    await shop.operate('activate', { policy: shortTrust('6s', '5s') })
    const bob = shop.visitor()
    const givenAt = Date.now()
    await bob.beRemembered('bob')
    const [name, given] = deviceCookie(bob)
    let kept = given
    let uses = 0
    while (Date.now() < givenAt + 12_000) {
      // a client that forgets nothing, whatever Max-Age says
      kept = bob.cookies.get(name) ?? kept
      bob.cookies.set(name, kept)
      if ((await bob.transfer(200)).status !== 200) break
      uses += 1
      await wait(800)
      // a use in a new login ends the idle time
      await bob.signIn('bob')
    }
    expect(uses).toBeGreaterThanOrEqual(3)
    expect(Date.now() - givenAt).toBeGreaterThan(6_000)
    expect(Date.now() - givenAt).toBeLessThan(12_000)
    const [last] = (await shop.audit({ subject: 'bob', from: Date.now() - 1_000 })).slice(-1)
    expect(last?.entry['checks']).toContainEqual(
      expect.objectContaining({ optOut: 'remembered-device', why: 'device_expired' }),
    )
  })
})
