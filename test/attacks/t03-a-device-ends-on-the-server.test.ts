// T3: clients that ignore Max-Age kept their trust for ever (better-auth pull 7644; Devise CVE-2015-8314).
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { shopPolicy, shortTrust } from './support/shop-policy.ts'
import { forEachShop } from './support/shops.ts'
import { CHALLENGED, deviceCookie, REMEMBERED } from './support/visitor.ts'

forEachShop((shop) => {
  test('T3: a cookie that is replayed after its end is no trust, and no later policy revives it', async () => {
    await shop.operate('activate', { policy: shortTrust('3s', '3s') })
    const alice = shop.visitor()
    await alice.beRemembered('alice')
    const [name, value] = deviceCookie(alice)
    expect(await alice.transfer(200)).toEqual(REMEMBERED)
    const [, rotated] = deviceCookie(alice)
    await wait(3_100)

    for (const replayed of [rotated, value]) {
      alice.cookies.set(name, replayed)
      expect(await alice.transfer(200)).toEqual(CHALLENGED)
    }
    await alice.signOut()
    await alice.signIn('alice')
    alice.cookies.set(name, rotated)
    const before = Date.now()
    expect(await alice.transfer(200)).toEqual(CHALLENGED)
    const [{ entry } = { entry: undefined }] = await shop.audit({ subject: 'alice', from: before })
    expect(entry?.['checks']).toContainEqual(
      expect.objectContaining({ optOut: 'remembered-device', why: 'device_expired' }),
    )

    // 30 days, but not for what was given for three seconds
    await shop.operate('activate', { policy: shopPolicy() })
    expect(await alice.transfer(200)).toEqual(CHALLENGED)
  })
})
