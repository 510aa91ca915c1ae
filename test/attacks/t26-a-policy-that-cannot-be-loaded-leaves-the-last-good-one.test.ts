// T26: a reload that failed left no policy, or an old one that was never tried again (OPA issue 2220; casbin-node issue 115).
import { beforeAll, expect, test } from 'vitest'
import { shopPolicy } from './support/shop-policy.ts'
import { forEachShop } from './support/shops.ts'
import { CHALLENGED, PASS, SMALL } from './support/visitor.ts'

const UNCOVERED = shopPolicy((policy) => {
  policy.rules = policy.rules.filter(({ id }) => id !== 'money-out')
})
const UNDECLARED = shopPolicy((policy) => {
  delete policy.actions['api-key.create']
  policy.rules = policy.rules.filter(({ id }) => id !== 'keys')
})

const BROKEN: readonly { readonly name: string; readonly policy: unknown }[] = [
  { name: 'text that is no YAML', policy: 'rules: [unclosed' },
  { name: 'half a file', policy: JSON.stringify(shopPolicy()).slice(0, -40) },
  { name: 'an empty text', policy: '\n' },
  { name: 'an empty document', policy: {} },
  { name: 'a list', policy: [] },
  { name: 'no policy', policy: undefined },
  {
    name: 'a condition that does not parse',
    policy: shopPolicy(({ rules }) =>
      rules.push({ id: 'x', actions: ['*'], when: '1 +', deny: true }),
    ),
  },
  {
    name: 'a signal that nothing provides',
    policy: shopPolicy(({ threatModels }) => {
      threatModels['account-takeover'].signals['crystal-ball'] = 1
    }),
  },
  { name: 'an action in use that no rule covers', policy: UNCOVERED },
  { name: 'an action in use that is not declared', policy: UNDECLARED },
]

forEachShop((shop) => {
  // Next loads a route, and with it learns which action its guard names, at the route's first request
  beforeAll(async () => {
    const nobody = shop.visitor()
    for (const asked of [nobody.viewAccount(), nobody.transfer(20), nobody.makeKey()])
      expect(await asked).toEqual(CHALLENGED)
  })

  const revision = async () => {
    const health = await (await shop.visitor().fetchJson('/healthz')).json()
    return (health as { readonly revision: string }).revision
  }

  test.each(BROKEN)(
    'T26: $name is refused with a reason, and the last good policy decides',
    async ({ policy }) => {
      const before = await revision()
      const args = policy === undefined ? {} : { policy }
      await expect(shop.operate('activate', args)).rejects.toThrow(/\w{4}/)
      expect(await revision()).toBe(before)
      const alice = shop.visitor()
      expect(await alice.viewAccount()).toEqual(CHALLENGED)
    },
  )

  test('T26: after all of them it decides as before, is there after a crash, and a good one is taken', async () => {
    const alice = shop.visitor()
    await alice.signIn('alice')
    const asBefore = async () => {
      expect(await alice.viewAccount()).toEqual(PASS)
      expect(await alice.transfer(20)).toEqual(SMALL)
      expect(await alice.transfer(200)).toEqual(CHALLENGED)
      expect(await alice.makeKey()).toEqual(CHALLENGED)
    }
    await asBefore()
    await shop.crash()
    await asBefore()
    const before = await revision()
    await shop.operate('activate', {
      policy: shopPolicy(({ rules }) => {
        for (const rule of rules) if (rule['id'] === 'money-out') rule['optOuts'] = []
      }),
    })
    expect(await revision()).not.toBe(before)
    expect(await alice.transfer(20)).toEqual(CHALLENGED)
  })
})
