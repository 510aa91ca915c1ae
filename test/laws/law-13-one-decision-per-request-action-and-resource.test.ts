// Law 13: guards inside guards share one decision; nothing is spent twice, nothing before every unmet rule has an
// answer, at most one allowance, and what is spent stays spent.
import type { AuditLog, Checked, Store, StoreKey } from '@countersign/core'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { backendNames } from './support/backends.ts'
import { checkLaw, createTally } from './support/check-law.ts'
import { shopPolicy } from './support/shop-policy.ts'
import {
  type Browser,
  login,
  openBrowser,
  openWorld,
  outcomeOf,
  rememberedBrowser,
  signInAgain,
  type World,
} from './support/world.ts'

let world: World | undefined
afterEach(async () => {
  await world?.close()
  world = undefined
})

/** Two rules that each have an allowance, and one of them a pure opt-out besides. */
const policy = {
  ...shopPolicy,
  name: 'two allowances',
  rules: [
    { id: 'login', actions: ['*'], require: { maxAge: '12h' } },
    {
      id: 'money',
      actions: ['buy', 'gift'],
      require: { acr: 'aal2', maxAge: '15m' },
      optOuts: ['small', 'remembered'],
    },
    {
      id: 'gifts',
      actions: ['gift'],
      require: { acr: 'aal2', maxAge: '1h' },
      optOuts: ['tiny', 'inside'],
    },
    {
      id: 'tools',
      actions: ['admin.tool'],
      require: { acr: 'aal2', maxAge: '15m' },
      optOuts: ['remembered'],
    },
  ],
}

describe.each(backendNames)('One decision per request, action and resource, on %s', (backend) => {
  test('guards inside guards share it, one after the other or at once; each is spent and recorded once', async () => {
    const here = await openWorld({ backend })
    world = here
    await checkLaw(
      fc.record({
        asks: fc.array(
          fc.record({
            action: fc.constantFrom('buy', 'view', 'calm'),
            amount: fc.constantFrom(5, '5', 7),
          }),
          { minLength: 2, maxLength: 6 },
        ),
        atOnce: fc.boolean(),
      }),
      async ({ asks, atOnce }) => {
        const browser = openBrowser(here, login(crypto.randomUUID(), 's', here.clock.now()))
        const incoming = browser.request()
        const ask = ({ action, amount }: (typeof asks)[number]) =>
          here.guard.check(incoming, action, () => ({ amount }))
        const checked: Checked[] = []
        if (atOnce) checked.push(...(await Promise.all(asks.map(ask))))
        else for (const one of asks) checked.push(await ask(one))
        // `5` and `"5"` are the same attribute of `buy`; `view` and `calm` declare none
        const keys = asks.map(({ action, amount }) =>
          action === 'buy' ? `buy ${Number(amount)}` : action,
        )
        const decisions = new Map(keys.map((key, n) => [key, checked[n]]))
        keys.forEach((key, n) => {
          expect(checked[n]).toBe(decisions.get(key))
        })
        const amounts = new Set(
          asks.flatMap(({ action, amount }) => (action === 'buy' ? [Number(amount)] : [])),
        )
        const total = [...amounts].reduce((sum, one) => sum + one, 0)
        expect(await spent(here, browser, 'small/money')).toEqual(
          amounts.size === 0 ? undefined : { total, count: amounts.size },
        )
        const ids = new Set(
          checked.map((one) =>
            one.is === 'proceed' || one.is === 'refuse' ? one.decision.id : '',
          ),
        )
        const entries = (await here.log()).filter(
          ({ type, subject }) => type === 'decision' && subject === browser.identity?.subject,
        )
        expect(entries.map(({ id }) => id).sort()).toEqual([...ids].sort())
      },
      backend === 'memory' ? 60 : 15,
    )
  })

  test('requests at once never overspend an allowance', async () => {
    const here = await openWorld({ backend })
    world = here
    const seen = createTally<string>()
    await checkLaw(
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 4, maxLength: 12 }),
      async (amounts) => {
        const browser = openBrowser(here, login(crypto.randomUUID(), 's', here.clock.now()))
        const checked = await Promise.all(
          amounts.map((amount) => here.guard.check(browser.request(), 'buy', () => ({ amount }))),
        )
        const honoured = amounts.filter((_, n) => checked[n]?.is === 'proceed')
        const total = honoured.reduce((sum, amount) => sum + amount, 0)
        for (const one of checked) seen.add(outcomeOf(one))
        expect(total).toBeLessThanOrEqual(100)
        expect(honoured.length).toBeLessThanOrEqual(5)
        expect(await spent(here, browser, 'small/money')).toEqual({ total, count: honoured.length })
      },
      backend === 'memory' ? 50 : 12,
    )
    expect(seen.of('opt-out')).toBeGreaterThan(20)
    expect(seen.of('challenge')).toBeGreaterThan(20)
  })

  test('needing two allowances is a challenge that leaves both unspent; a pure opt-out goes first', async () => {
    const here = await openWorld({ backend, guard: { policy } })
    world = here
    const person = login(crypto.randomUUID(), 's', here.clock.now())
    const gift = { resource: { amount: 5 } }
    // both rules need an allowance
    const outside = openBrowser(here, person)
    const refused = await outside.check('gift', gift)
    expect(outcomeOf(refused)).toBe('challenge')
    if (refused.is === 'refuse')
      expect(refused.decision.reasons.map(({ code }) => code)).toContain('one_allowance_only')
    expect(await spent(here, outside, 'small/money')).toBeUndefined()
    expect(await spent(here, outside, 'tiny/gifts')).toBeUndefined()
    // inside, one rule has a pure answer: one allowance is spent, that of the other rule
    const inside = await outside.check('gift', { ...gift, peer: '10.0.0.1' })
    expect(outcomeOf(inside)).toBe('opt-out')
    if (inside.is === 'proceed' && inside.decision.outcome === 'opt-out')
      expect(inside.decision.optOuts).toEqual(['inside', 'small'])
    expect(await spent(here, outside, 'small/money')).toEqual({ total: 5, count: 1 })
    expect(await spent(here, outside, 'tiny/gifts')).toBeUndefined()
    // on a remembered device and inside, both are pure: nothing is spent though both allowances would hold
    const browser = await rememberedBrowser(here)
    signInAgain(here, browser)
    const both = await browser.check('gift', { ...gift, peer: '10.0.0.1' })
    expect(outcomeOf(both)).toBe('opt-out')
    if (both.is === 'proceed' && both.decision.outcome === 'opt-out')
      expect(both.decision.optOuts).toEqual(['inside', 'remembered'])
    expect(await spent(here, browser, 'small/money')).toBeUndefined()
    expect(await spent(here, browser, 'tiny/gifts')).toBeUndefined()
  })

  test('where one rule has no answer, nothing is spent for the others', async () => {
    const here = await openWorld({ backend, guard: { policy } })
    world = here
    await checkLaw(
      fc.record({
        amount: fc.integer({ min: 11, max: 30 }),
        times: fc.integer({ min: 1, max: 4 }),
      }),
      async ({ amount, times }) => {
        // too much for `tiny`, little enough for `small`
        const browser = openBrowser(here, login(crypto.randomUUID(), 's', here.clock.now()))
        for (let n = 0; n < times; n++)
          expect(outcomeOf(await browser.check('gift', { resource: { amount } }))).toBe('challenge')
        expect(await spent(here, browser, 'small/money')).toBeUndefined()
        expect(await spent(here, browser, 'tiny/gifts')).toBeUndefined()
      },
      10,
    )
  })

  test('spend, then record, never refund', async () => {
    let failing = false
    const audit = (log: AuditLog): AuditLog => ({
      append: (chain, batch) =>
        failing ? Promise.reject(new Error('the disk is full')) : log.append(chain, batch),
      head: (chain) => log.head(chain),
      read: (query) => log.read(query),
      close: () => log.close(),
    })
    const here = await openWorld({ backend, tampering: { audit } })
    world = here
    const browser = openBrowser(here, login('alice', 's', here.clock.now()))
    expect(outcomeOf(await browser.check('buy', { resource: { amount: 10 } }))).toBe('opt-out')
    failing = true
    expect(outcomeOf(await browser.check('buy', { resource: { amount: 20 } }))).toBe('challenge')
    failing = false
    expect(await spent(here, browser, 'small/money')).toEqual({ total: 30, count: 2 })
  })

  test('a proxy, a page and what is fetched ahead never spend, rotate or write', async () => {
    const writes: string[] = []
    const store = (real: Store): Store => ({
      read: (key) => real.read(key),
      async write(key, ...rest) {
        writes.push(key[0])
        return await real.write(key, ...rest)
      },
      async addIfBelow(key, ...rest) {
        writes.push(key[0])
        return await real.addIfBelow(key, ...rest)
      },
      list: (...args) => real.list(...args),
      close: () => real.close(),
    })
    const here = await openWorld({ backend, tampering: { store } })
    world = here
    const browser = await rememberedBrowser(here)
    signInAgain(here, browser)
    const cookies = new Map(browser.cookies)
    writes.length = 0
    for (const action of ['view', 'admin.tool', 'buy', 'gift', 'calm', 'office']) {
      const resource = { amount: 5 }
      await browser.check(action, { mode: 'proxy', resource })
      await browser.check(action, { resource, headers: { 'sec-purpose': 'prefetch' } })
      if (action === 'admin.tool' || action === 'view')
        await browser.check(action, { mode: 'page', resource, method: 'GET' })
    }
    expect(writes).toEqual([])
    expect(browser.cookies).toEqual(cookies)
    // the proxy's decision is none of the handler's: in the same request it decides, and spends, by itself
    const slot = {}
    await browser.check('buy', { mode: 'proxy', slot, resource: { amount: 5 } })
    expect(outcomeOf(await browser.check('buy', { slot, resource: { amount: 5 } }))).toBe('opt-out')
    expect(writes).toContain('device')
  })

  test('a proxy refuses only what no opt-out could rescue', async () => {
    const here = await openWorld({ backend })
    world = here
    await checkLaw(
      fc.record({
        action: fc.constantFrom(...Object.keys(shopPolicy.actions)),
        amount: fc.constantFrom(5, 500),
        age: fc.constantFrom(0, 13),
      }),
      async ({ action, amount, age }) => {
        const identity = login(crypto.randomUUID(), 's', here.clock.now() - age * 3_600_000)
        const browser = openBrowser(here, identity)
        const ahead = await browser.check(action, { mode: 'proxy', resource: { amount } })
        const checked = await browser.check(action, { resource: { amount } })
        if (ahead.is === 'refuse') expect(checked.is).toBe('refuse')
        if (ahead.is === 'proceed') expect(checked.is).toBe('proceed')
        if (checked.is === 'proceed') expect(['proceed', 'deferred']).toContain(ahead.is)
      },
      40,
    )
  })
})

/** What an allowance stands at, read from the store behind the guard's back. */
async function spent(here: World, browser: Browser, of: string): Promise<unknown> {
  for await (const { key, value } of here.backend
    .parts()
    .store.list('allowance', browser.identity?.subject ?? ''))
    if ((key satisfies StoreKey)[2].startsWith(`${of}/`)) return value
  return undefined
}
