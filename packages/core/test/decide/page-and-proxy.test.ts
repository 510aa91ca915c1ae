// Pages and proxies decide what they can: they never spend, rotate or honour what a route handler has to (law 13).
import { afterEach, describe, expect, it } from 'vitest'
import { signal } from '../policy/trees.ts'
import { allowance, buildPolicy, moneyRule, trustedDevice } from '../support/build-policy.ts'
import { type Browser, openBrowser, openShop, passwordLogin, type Shop } from '../support/shop.ts'

let shop: Shop
afterEach(() => shop.close())

const SMALL = { amount: 30, payee: 'baker' }

const risky = {
  threatModels: {
    calm: { bias: 0, signals: { 'new-device': 3 }, levels: { MEDIUM: 0.6, HIGH: 0.7 } },
  },
}
const onNewDevice = {
  source: '"new-device" in signals',
  tree: signal('new-device'),
  reads: { resource: [], claims: [], signals: ['new-device'], facts: [] },
}

/** With a device that is remembered and not yet used in this login. */
async function returning(): Promise<Browser> {
  const browser = openBrowser(shop, passwordLogin(shop))
  await browser.stepUp({ rememberDevice: true })
  await shop.pass(20 * 60_000)
  browser.login = passwordLogin(shop, 'alice', 'alice-2')
  return browser
}

describe('a page', () => {
  it('leaves the first use of a device to a route handler, and spends nothing before that', async () => {
    shop = openShop({
      compiled: buildPolicy({ optOuts: { remembered: trustedDevice(), small: allowance(30, 30) } }),
    })
    const browser = await returning()
    const before = new Map(browser.cookies)
    for (let i = 0; i < 3; i++)
      expect(await browser.outcome('transfer.create', { mode: 'page', resource: SMALL })).toBe(
        'deferred device',
      )
    expect(browser.cookies).toEqual(before)
    await shop.guard.devices.revoke('alice', await onlyDevice())
    expect(await browser.outcome('transfer.create', { resource: SMALL })).toBe('opt-out small')
  })

  it('honours a device that was used in this login before', async () => {
    shop = openShop()
    const browser = await returning()
    await browser.ask('transfer.create')
    expect(await browser.outcome('transfer.create', { mode: 'page' })).toBe('opt-out remembered')
  })

  it('may be followed by a handler of the same request, which decides', async () => {
    shop = openShop()
    const browser = await returning()
    const slot = {}
    expect(await browser.outcome('transfer.create', { slot, mode: 'page' })).toBe('deferred device')
    expect(await browser.outcome('transfer.create', { slot })).toBe('opt-out remembered')
    expect(await browser.outcome('transfer.create', { slot, mode: 'page' })).toBe('deferred device')
  })

  it('refuses by itself where a denial is certain', async () => {
    shop = openShop({
      compiled: buildPolicy({
        rules: [
          moneyRule(),
          { id: 'closed', actions: ['transfer.create'], deny: true, optOuts: [] },
        ],
      }),
    })
    const browser = openBrowser(shop, passwordLogin(shop))
    expect(await browser.outcome('transfer.create', { mode: 'page' })).toBe(
      'deny policy rule_denies',
    )
  })
})

describe('a proxy', () => {
  it('refuses what no opt-out could rescue, forwards the rest, spends nothing', async () => {
    shop = openShop({
      compiled: buildPolicy({ optOuts: { remembered: trustedDevice(), small: allowance(30, 30) } }),
    })
    const browser = openBrowser(shop, passwordLogin(shop))
    const mode = 'proxy'
    expect(await browser.outcome('key.create', { mode })).toBe('challenge acr_too_low')
    expect(await browser.outcome('account.view', { mode })).toBe('pass')
    for (let i = 0; i < 3; i++)
      expect(await browser.outcome('transfer.create', { mode, resource: SMALL })).toBe(
        'deferred opt-out',
      )
    expect(await browser.outcome('transfer.create', { resource: SMALL })).toBe('opt-out small')
  })

  it('is no decision of the handler behind it', async () => {
    shop = openShop()
    const browser = openBrowser(shop, passwordLogin(shop))
    const slot = {}
    await browser.ask('account.view', { slot, mode: 'proxy' })
    const { id } = shop.guard.decision(slot) ?? {}
    await browser.ask('account.view', { slot })
    expect(shop.guard.decision(slot)?.id).not.toBe(id)
  })

  it.each([
    {
      name: 'a rule without opt-outs that applies while it is unchecked whether the device is new',
      rules: [
        moneyRule(),
        {
          id: 'new',
          actions: ['*'],
          when: onNewDevice,
          require: { acr: 'aal2', maxAgeSeconds: 60 },
          optOuts: [],
        },
      ],
    },
    {
      name: 'a denial of new devices',
      rules: [
        moneyRule(),
        { id: 'new', actions: ['*'], when: onNewDevice, deny: true as const, optOuts: [] },
      ],
    },
  ])('forwards a remembered device past $name', async ({ rules }) => {
    shop = openShop({ compiled: buildPolicy({ ...risky, rules: [moneyRule()] }) })
    const browser = await returning()
    const strict = buildPolicy({ ...risky, rules })
    await shop.guard.operator.activate(strict, { by: 'ann', why: 'test' })
    for (const mode of ['proxy', 'page'] as const)
      expect(await browser.outcome('transfer.create', { mode })).toMatch(/^deferred/)
    expect(await browser.outcome('transfer.create')).toBe('opt-out remembered')
    for (const mode of ['proxy', 'page'] as const)
      expect(await browser.outcome('transfer.create', { mode })).not.toMatch(/^(deny|challenge)/)
  })
})

async function onlyDevice(): Promise<string> {
  const [device] = await shop.guard.devices.list('alice')
  if (device === undefined) throw new Error('no device')
  return device.id
}
