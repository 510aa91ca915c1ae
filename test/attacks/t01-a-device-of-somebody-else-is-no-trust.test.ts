// T1: a remembered-device cookie counted for whoever presented it (authy-devise issue 58).
import { expect, test } from 'vitest'
import { forEachShop } from './support/shops.ts'
import { CHALLENGED, deviceCookie, REMEMBERED } from './support/visitor.ts'

forEachShop((shop) => {
  test('T1: the device of alice is no trust for bob, under her name or his, and is recorded as hers', async () => {
    const alice = shop.visitor()
    await alice.beRemembered('alice')
    expect(await alice.transfer(200)).toEqual(REMEMBERED)
    const bob = shop.visitor()
    await bob.beRemembered('bob')
    const [aliceName, aliceValue] = deviceCookie(alice)
    const [bobName, bobValue] = deviceCookie(bob)
    expect(bobName).not.toBe(aliceName)

    const thief = shop.visitor()
    await thief.signIn('bob')
    const before = Date.now()
    thief.cookies.set(aliceName, aliceValue)
    expect(await thief.transfer(200)).toEqual(CHALLENGED)
    thief.cookies.delete(aliceName)
    thief.cookies.set(bobName, aliceValue)
    expect(await thief.transfer(200)).toEqual(CHALLENGED)
    const seen = await shop.audit({ subject: 'bob', from: before })
    expect(seen.map(({ entry }) => entry['checks'])).toEqual([
      expect.arrayContaining([
        expect.objectContaining({ optOut: 'remembered-device', why: 'device_other_subject' }),
      ]),
      expect.arrayContaining([
        expect.objectContaining({ optOut: 'remembered-device', why: 'device_other_subject' }),
      ]),
    ])

    // nothing was spent or ended by the attempts
    thief.cookies.set(bobName, bobValue)
    expect(await thief.transfer(200)).toEqual(REMEMBERED)
    expect(await alice.transfer(200)).toEqual(REMEMBERED)
  })
})
