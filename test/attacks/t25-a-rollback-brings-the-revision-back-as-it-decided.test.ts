// T25: after a rollback the policy's text was the old one, and the compiled rules were still the new ones (cerebro pull 141).
import { expect, test } from 'vitest'
import { shopPolicy } from './support/shop-policy.ts'
import { forEachShop } from './support/shops.ts'
import { CHALLENGED, PASS, REMEMBERED, SMALL, type Visitor } from './support/visitor.ts'

const STRICT = shopPolicy(({ rules }) => {
  for (const rule of rules) {
    if (rule['id'] === 'account') rule['require'] = { acr: 'aal2', maxAge: '5m' }
    if (rule['id'] === 'money-out') rule['optOuts'] = []
  }
})
const LOOSE = shopPolicy(({ rules, optOuts }) => {
  Object.assign(optOuts['small-payment'] ?? {}, { each: 500, total: 5_000 })
  for (const rule of rules)
    if (rule['id'] === 'keys') rule['require'] = { acr: 'aal1', maxAge: '12h' }
})

const TAKEN_BACK = shopPolicy((policy) => {
  policy.name = 'to be taken back'
})

interface Activation {
  readonly activation: string
  readonly revision: string
}

forEachShop((shop) => {
  test('T25: after a rollback every decision equals that revision’s own', async () => {
    const { activations } = (await shop.operate('history')) as unknown as {
      readonly activations: readonly (Activation & { readonly inForce: boolean })[]
    }
    const first = activations[0] as Activation
    const alice = shop.visitor()
    await alice.signIn('alice')
    const own = [PASS, SMALL, CHALLENGED, CHALLENGED]
    expect(await decisions(alice, first.revision)).toEqual(own)

    const strict = (await shop.operate('activate', { policy: STRICT })) as unknown as Activation
    const strictly = [CHALLENGED, CHALLENGED, CHALLENGED, CHALLENGED]
    expect(await decisions(alice, strict.revision)).toEqual(strictly)
    const loose = (await shop.operate('activate', { policy: LOOSE })) as unknown as Activation
    const loosely = [PASS, SMALL, SMALL, PASS]
    expect(await decisions(alice, loose.revision)).toEqual(loosely)

    // to the one before, then to a named one, then to the first
    const back = (await shop.operate('rollback')) as unknown as Activation
    expect(back.revision).toBe(strict.revision)
    expect(await decisions(alice, strict.revision)).toEqual(strictly)
    await shop.operate('rollback', { to: loose.activation })
    expect((await decisions(alice, loose.revision))[3]).toEqual(PASS)
    await shop.operate('rollback', { to: first.activation })
    expect((await decisions(alice, first.revision)).filter((_, at) => at !== 1)).toEqual([
      PASS,
      CHALLENGED,
      CHALLENGED,
    ])
  })

  test('T25: a rollback with recall ends the trust that was given under what is taken back', async () => {
    const bob = shop.visitor()
    await bob.beRemembered('bob')
    await shop.operate('activate', { policy: TAKEN_BACK })
    const carol = shop.visitor()
    await carol.beRemembered('carol')
    expect(await carol.transfer(600)).toEqual(REMEMBERED)
    await shop.operate('rollback', { recall: true })
    const inForce = await revision(carol)
    expect(await carol.transfer(600)).toEqual(CHALLENGED)
    expect(await bob.transfer(600)).toEqual(REMEMBERED)
    await shop.crash()
    expect(await revision(carol)).toBe(inForce)
    expect(await carol.transfer(600)).toEqual(CHALLENGED)
    expect(await bob.transfer(600)).toEqual(REMEMBERED)
  })
})

async function decisions(browser: Visitor, expected: string) {
  expect(await revision(browser)).toBe(expected)
  return [
    await browser.viewAccount(),
    await browser.transfer(20),
    await browser.transfer(200),
    await browser.makeKey(),
  ]
}

async function revision(browser: Visitor): Promise<string> {
  const health = await (await browser.fetchJson('/healthz')).json()
  return (health as Activation).revision
}
