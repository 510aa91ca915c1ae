// T7: the second person to be remembered on a browser took the first one's place (django-two-factor-auth issue 263).
import { expect, test } from 'vitest'
import { forEachShop } from './support/shops.ts'
import { CHALLENGED, REMEMBERED, type User } from './support/visitor.ts'

forEachShop((shop) => {
  test('T7: three people on one browser are each remembered, and each for themselves', async () => {
    const browser = shop.visitor()
    const users: readonly User[] = ['alice', 'bob', 'carol']
    for (const user of users) {
      await browser.stepUp(user, { remember: 'yes' })
      await browser.signOut()
    }
    const names = [...browser.cookies.keys()].filter((name) => name.startsWith('__Host-device-'))
    expect(new Set(names).size).toBe(3)
    for (const name of names) for (const user of users) expect(name).not.toContain(user)

    for (const user of users) {
      await browser.signIn(user)
      expect(await browser.transfer(200)).toEqual(REMEMBERED)
    }
    // one of them forgets the browser: the others are still remembered
    await browser.signIn('bob')
    const { devices } = (await (await browser.fetchJson('/devices')).json()) as {
      readonly devices: readonly { readonly id: string }[]
    }
    expect(devices).toHaveLength(1)
    await browser.submit(`/devices/${devices[0]?.id}/revoke`, {})
    expect(await browser.transfer(200)).toEqual(CHALLENGED)
    for (const user of ['alice', 'carol'] as const) {
      await browser.signIn(user)
      expect(await browser.transfer(200)).toEqual(REMEMBERED)
    }
  })

  test('T7: one person cannot forget the browser of another', async () => {
    const alice = shop.visitor()
    await alice.beRemembered('alice')
    const { devices } = (await (await alice.fetchJson('/devices')).json()) as {
      readonly devices: readonly { readonly id: string }[]
    }
    const bob = shop.visitor()
    await bob.signIn('bob')
    for (const { id } of devices) await bob.submit(`/devices/${id}/revoke`, {})
    expect(await alice.transfer(200)).toEqual(REMEMBERED)
  })
})
