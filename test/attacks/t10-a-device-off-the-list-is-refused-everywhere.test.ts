// T10: a device that was taken off the list stayed trusted where its cookie alone was believed.
// Every instance: here each process that serves the data, Next's several copies of a module, and the command line; in
// test/instances four processes on shared backends.
import { expect, test } from 'vitest'
import { forEachShop } from './support/shops.ts'
import { CHALLENGED, REMEMBERED } from './support/visitor.ts'

forEachShop((shop) => {
  test('T10: a device that its owner took off the list is refused at once, after a restart and in each later login', async () => {
    const alice = shop.visitor()
    await alice.beRemembered('alice')
    expect(await alice.transfer(200)).toEqual(REMEMBERED)
    const kept = new Map(alice.cookies)
    const listed = await alice.fetchJson('/devices')
    const { devices } = (await listed.json()) as { readonly devices: readonly { id: string }[] }
    expect(devices).toHaveLength(1)
    await alice.submit(`/devices/${devices[0]?.id}/revoke`, {})

    const thief = shop.visitor()
    for (const [name, value] of kept) thief.cookies.set(name, value)
    expect(await thief.transfer(200)).toEqual(CHALLENGED)
    await thief.signIn('alice')
    expect(await thief.transfer(200)).toEqual(CHALLENGED)
    await shop.crash()
    expect(await thief.transfer(200)).toEqual(CHALLENGED)
    const records = await shop.audit({ subject: 'alice' })
    expect(records.map(({ entry }) => entry)).toContainEqual(
      expect.objectContaining({
        type: 'device',
        what: 'revoked',
        device: devices[0]?.id,
        by: 'alice',
      }),
    )
  })

  test('T10: a device that an operator took off the list is refused at once', async () => {
    const bob = shop.visitor()
    await bob.beRemembered('bob')
    expect(await bob.transfer(200)).toEqual(REMEMBERED)
    const devices = (await shop.operate('devices.list', { subject: 'bob' })) as { id: string }[]
    await shop.operate('devices.revoke', { subject: 'bob', device: devices[0]?.id })
    expect(await bob.transfer(200)).toEqual(CHALLENGED)
    expect(await shop.operate('devices.list', { subject: 'bob' })).toEqual([])
  })
})
