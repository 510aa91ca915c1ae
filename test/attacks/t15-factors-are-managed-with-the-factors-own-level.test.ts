// T15: a login of a lower level could manage the factors of a higher one (Keycloak CVE-2026-3429).
import { expect, test } from 'vitest'
import { shopPolicy } from './support/shop-policy.ts'
import { forEachShop } from './support/shops.ts'
import { CHALLENGED, givenDevices, PASS, REMEMBERED } from './support/visitor.ts'

forEachShop((shop) => {
  test('T15: what is sensitive takes no opt-out: it asks for the factor where a remembered browser goes on', async () => {
    const alice = shop.visitor()
    await alice.beRemembered('alice')
    expect(await alice.transfer(200)).toEqual(REMEMBERED)
    expect(await alice.makeKey()).toEqual(CHALLENGED)
    const asked = await alice.submit('/api-keys', { name: 'ci' })
    expect(asked.headers.get('location')).toContain('/step-up?ticket=')
    await alice.stepUp('alice')
    expect(await alice.makeKey()).toEqual(PASS)
  })

  test('T15: a policy that would waive it is refused, and the one in force stays', async () => {
    const policy = shopPolicy(({ rules }) => {
      for (const rule of rules) if (rule['id'] === 'keys') rule['optOuts'] = ['remembered-device']
    })
    await expect(shop.operate('activate', { policy })).rejects.toThrow(/sensitive/)
    const bob = shop.visitor()
    await bob.beRemembered('bob')
    expect(await bob.makeKey()).toEqual(CHALLENGED)
  })

  test('T15: a browser is trusted only with the factor itself, not with the trust of another', async () => {
    const carol = shop.visitor()
    await carol.beRemembered('carol')
    expect(await carol.transfer(200)).toEqual(REMEMBERED)
    // a challenge that the trust does not waive, answered without the factor
    const answer = await carol.answer('carol', await carol.challengedForKey(), {
      code: '',
      remember: 'yes',
    })
    expect([answer.status, givenDevices(answer)]).toEqual([401, []])
    expect(await shop.operate('devices.list', { subject: 'carol' })).toHaveLength(1)
  })
})
