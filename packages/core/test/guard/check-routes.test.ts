// Guarding by routes: all actions that match are decided, the strictest wins, their order does not matter (law 2).
import { afterEach, describe, expect, it } from 'vitest'
import { fakeClock } from '../../../testing/src/fake-clock.ts'
import type { Route, Rule } from '../../src/policy/compiled-policy.ts'
import { buildPolicy, keysRule } from '../support/build-policy.ts'
import { faultyBackend } from '../support/faulty-backend.ts'
import {
  type Asking,
  describe as inWords,
  openBrowser,
  openShop,
  passwordLogin,
  type Shop,
} from '../support/shop.ts'

const base = buildPolicy()
const closed = { id: 'closed', actions: ['key.create'], deny: true as const, optOuts: [] }

function route(action: string, path = '/transfer'): Route {
  return { methods: [], path, action }
}

function shopWith(
  routes: readonly Route[],
  rules: readonly Rule[] = [...base.rules, closed],
): Shop {
  return openShop({ compiled: buildPolicy({ routes, rules }) })
}

let shop: Shop
afterEach(() => shop.close())

async function ask(asking: Asking = {}): Promise<string> {
  const browser = openBrowser(shop, passwordLogin(shop))
  return inWords(await shop.guard.checkRoutes(browser.incoming(asking)))
}

describe('checkRoutes', () => {
  it.each<{ name: string; routes: Route[]; rules?: Rule[]; outcome: string }>([
    {
      name: 'one challenges and one denies, whichever comes first by name',
      routes: [route('key.create'), route('transfer.create')],
      rules: [keysRule, { ...closed, actions: ['transfer.create'] }],
      outcome: 'deny policy rule_denies',
    },
    { name: 'nothing matches', routes: [route('account.view', '/else')], outcome: 'unguarded' },
    { name: 'an action passes', routes: [route('account.view')], outcome: 'pass' },
    {
      name: 'one passes and one challenges',
      routes: [route('account.view'), route('transfer.create')],
      outcome: 'challenge acr_too_low',
    },
    {
      name: 'one challenges and one denies',
      routes: [route('transfer.create'), route('key.create')],
      outcome: 'deny policy rule_denies',
    },
    {
      name: 'all three',
      routes: [route('account.view'), route('transfer.create'), route('key.create')],
      outcome: 'deny policy rule_denies',
    },
  ])('where $name answers $outcome, in any order', async ({ routes, rules, outcome }) => {
    shop = shopWith(routes, rules)
    expect(await ask()).toBe(outcome)
    await shop.close()
    shop = shopWith([...routes].reverse(), rules)
    expect(await ask()).toBe(outcome)
  })

  it('keeps the device that was bound for one action where another is refused', async () => {
    const compiled = buildPolicy({
      routes: [route('transfer.create'), route('key.create')],
      rules: [...base.rules, { ...closed, when: undefined as never }].map((rule) => {
        const { when: _, ...rest } = rule
        return rest
      }),
    })
    shop = openShop({ compiled })
    const browser = openBrowser(shop, passwordLogin(shop))
    await browser.stepUp({ rememberDevice: true })
    await shop.pass(20 * 60_000)
    browser.login = passwordLogin(shop, 'alice', 'alice-2')
    const checked = await shop.guard.checkRoutes(browser.incoming())
    expect(inWords(checked)).toBe('deny policy rule_denies')
    expect(checked.is === 'refuse' && checked.reply.cookies.map(({ name }) => name)).toEqual([
      browser.deviceCookie(),
    ])
  })

  it('tells guard.decision the one that was answered', async () => {
    shop = shopWith([route('key.create'), route('account.view')])
    const slot = {}
    await ask({ slot })
    expect(shop.guard.decision(slot)).toMatchObject({ outcome: 'deny', action: 'key.create' })
  })

  it('shares its decision with a guard in the handler', async () => {
    shop = shopWith([route('account.view')])
    const browser = openBrowser(shop, passwordLogin(shop))
    const slot = {}
    await shop.guard.checkRoutes(browser.incoming({ slot }))
    const { id } = shop.guard.decision(slot) ?? {}
    await browser.ask('account.view', { slot })
    expect(shop.guard.decision(slot)?.id).toBe(id)
    expect(id).toBeDefined()
  })

  it.each(['/%', '/a%zz', '/%ff%fe'])(
    'answers 503 to the target %s, which may reach any handler',
    async (target) => {
      shop = shopWith([route('account.view')])
      expect(await ask({ target })).toBe('deny undetermined route_undetermined')
      expect(shop.decisions).toHaveLength(1)
    },
  )

  it.each(['/step-up', '/login', '/logout', '/STEP-UP/', '/login?next=/transfer'])(
    'never guards %s',
    async (target) => {
      shop = shopWith([{ methods: [], path: '/**', action: 'transfer.create' }])
      expect(await ask({ target })).toBe('unguarded')
    },
  )

  it('answers 503 where the engine cannot be opened, and where the target cannot be read', async () => {
    const clock = fakeClock()
    const backendOf = faultyBackend(clock)
    backendOf.faults.opening = true
    shop = openShop({ clock, backendOf })
    expect(await ask()).toBe('deny failure failure')
    await shop.close()

    shop = shopWith([route('account.view')])
    const incoming = openBrowser(shop, passwordLogin(shop)).incoming()
    const target = (): never => {
      throw new Error('secret detail of the target')
    }
    const checked = await shop.guard.checkRoutes({
      ...incoming,
      reader: { ...incoming.reader, target },
    })
    expect(inWords(checked)).toBe('deny undetermined route_undetermined')
    expect(JSON.stringify(checked)).not.toContain('secret detail')
  })
})
