// Honouring: spend once and only when all rules have an answer, record first, fresh after every wait (laws 4 to 6, 13).
import { afterEach, describe, expect, it } from 'vitest'
import {
  allowance,
  buildPolicy,
  DAY,
  MINUTE,
  moneyRule,
  trustedDevice,
} from '../support/build-policy.ts'
import { type Browser, openBrowser, openShop, passwordLogin, type Shop } from '../support/shop.ts'

let shop: Shop
afterEach(() => shop.close())

const ann = { by: 'ann', why: 'test' }
const pay = (amount: number) => ({ resource: { amount, payee: 'baker' } })

function open(parts = {}): Browser {
  shop = openShop({ compiled: buildPolicy(parts) })
  return openBrowser(shop, passwordLogin(shop))
}

describe('an allowance', () => {
  it.each([
    { name: 'one too large', amounts: [31], last: 'challenge' },
    { name: 'the largest', amounts: [30], last: 'opt-out small' },
    { name: 'up to the total', amounts: [30, 30, 30, 10], last: 'opt-out small' },
    { name: 'over the total', amounts: [30, 30, 30, 11], last: 'challenge' },
    { name: 'up to the count', amounts: [1, 1, 1, 1, 1], last: 'opt-out small' },
    { name: 'over the count', amounts: [1, 1, 1, 1, 1, 1], last: 'challenge' },
    { name: 'nothing', amounts: [0], last: 'challenge' },
    { name: 'less than nothing', amounts: [-5], last: 'challenge' },
    { name: 'no number', amounts: [Number.NaN], last: 'challenge' },
  ])('is spent: $name', async ({ amounts, last }) => {
    const browser = open()
    let outcome = ''
    for (const amount of amounts) outcome = await browser.outcome('transfer.create', pay(amount))
    expect(outcome).toMatch(new RegExp(`^${last}`))
  })

  it('is spent by at most as many of fifty at once as it allows', async () => {
    const browser = open()
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => browser.copy().outcome('transfer.create', pay(20))),
    )
    expect(outcomes.filter((one) => one === 'opt-out small')).toHaveLength(5)
  })

  it('is counted per subject, and from the last step-up that met the rule', async () => {
    const browser = open()
    const bob = openBrowser(shop, passwordLogin(shop, 'bob'))
    for (let i = 0; i < 6; i++) await browser.ask('transfer.create', pay(20))
    expect(await bob.outcome('transfer.create', pay(20))).toBe('opt-out small')
    expect(await browser.outcome('transfer.create', pay(20))).toMatch(/^challenge/)
    await browser.stepUp()
    await shop.pass(16 * MINUTE)
    for (let i = 0; i < 5; i++)
      expect(await browser.outcome('transfer.create', pay(20))).toBe('opt-out small')
    // leaving the evidence out, or logging in anew, gives nothing back
    browser.cookies.clear()
    expect(await browser.outcome('transfer.create', pay(20))).toMatch(/^challenge/)
    browser.login = passwordLogin(shop, 'alice', 'alice-2')
    expect(await browser.outcome('transfer.create', pay(20))).toMatch(/^challenge/)
  })

  it('of a login with only the first level is never renewed by it', async () => {
    const browser = open()
    for (let i = 0; i < 5; i++) await browser.ask('transfer.create', pay(20))
    await shop.pass(DAY)
    browser.login = passwordLogin(shop, 'alice', 'alice-2')
    expect(await browser.outcome('transfer.create', pay(20))).toMatch(/^challenge/)
  })

  it('is not spent where another rule has no answer', async () => {
    const browser = open({
      optOuts: { small: allowance(30, 30) },
      rules: [
        moneyRule(['small']),
        { id: 'hw', actions: ['transfer.*'], require: { amr: ['hwk'] }, optOuts: [] },
      ],
    })
    for (let i = 0; i < 3; i++)
      expect(await browser.outcome('transfer.create', pay(30))).toMatch(/^challenge/)
    const one = buildPolicy({
      optOuts: { small: allowance(30, 30) },
      rules: [moneyRule(['small'])],
    })
    await shop.guard.operator.activate(one, ann)
    expect(await browser.outcome('transfer.create', pay(30))).toBe('opt-out small')
  })

  it('is at most one: needing two is a challenge, and both stay unspent', async () => {
    const second = { ...moneyRule(['other']), id: 'second' }
    const optOuts = { small: allowance(30, 30), other: allowance(30, 30) }
    const browser = open({ optOuts, rules: [moneyRule(['small']), second] })
    expect(await browser.outcome('transfer.create', pay(30))).toMatch(/one_allowance_only$/)
    for (const rules of [[moneyRule(['small'])], [second]]) {
      await shop.guard.operator.activate(buildPolicy({ optOuts, rules }), ann)
      expect(await browser.outcome('transfer.create', pay(30))).toMatch(/^opt-out/)
    }
  })

  it('is left alone where a pure opt-out answers', async () => {
    const browser = open({
      optOuts: {
        small: allowance(30, 30),
        calm: { kind: 'low-risk', until: Number.MAX_SAFE_INTEGER, riskBelow: 'MEDIUM' },
      },
      rules: [moneyRule(['small', 'calm'])],
    })
    for (let i = 0; i < 3; i++)
      expect(await browser.outcome('transfer.create', pay(30))).toBe('opt-out calm')
    await shop.guard.operator.suspend('opt-out:calm', ann)
    expect(await browser.outcome('transfer.create', pay(30))).toBe('opt-out small')
  })

  it('stays spent where the record fails (law 13)', async () => {
    const browser = open({ optOuts: { small: allowance(30, 30), remembered: trustedDevice() } })
    await shop.guard.ready()
    shop.backend.faults.beforeRecord = () => {
      shop.backend.faults.beforeRecord = undefined
      throw new Error('once')
    }
    expect(await browser.outcome('transfer.create', pay(30))).toMatch(/audit_unavailable$/)
    await new Promise((resolve) => setTimeout(resolve, 250))
    expect(await browser.outcome('transfer.create', pay(30))).toMatch(/^challenge/)
  })
})

describe('an opt-out', () => {
  it('is in the log before it is answered (law 5)', async () => {
    const browser = open()
    const checked = await browser.ask('transfer.create', pay(30))
    const id = checked.is === 'proceed' ? checked.decision.id : ''
    const kept = shop.backend.records().find(({ entry }) => entry.id === id)
    expect(kept?.entry).toMatchObject({ outcome: 'opt-out', optOuts: ['small'], subject: 'alice' })
    const text = JSON.stringify(kept)
    expect(text).not.toContain('alice-1')
    expect(text).not.toContain('baker')
  })

  it.each([
    {
      name: 'the instance became stale',
      meanwhile: () => {
        shop.backend.hold(true)
        shop.clock.advance(11_000)
      },
    },
    {
      name: 'another policy came into force',
      meanwhile: async () => {
        const data = { kind: 'activate', policy: buildPolicy({ name: 'next' }) } as const
        const at = shop.clock.now()
        await shop.backend.feed().append({ topic: 'policy', id: 'next', at, ...ann, data })
        await new Promise((resolve) => setTimeout(resolve, 5))
      },
    },
  ])('is not honoured where, while it was recorded or spent, $name', async ({ meanwhile }) => {
    for (const wait of ['beforeWrite', 'beforeRecord'] as const) {
      const browser = open()
      await shop.guard.ready()
      shop.backend.faults[wait] = async () => {
        shop.backend.faults[wait] = undefined
        await meanwhile()
      }
      const outcome = await browser.outcome('transfer.create', pay(30))
      expect(outcome, wait).toMatch(/feed_stale$/)
      shop.backend.hold(false)
      await shop.close()
    }
  })
})
