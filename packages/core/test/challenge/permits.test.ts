// `once` and `bind`: a proof for this very action, with the values that were shown, used for one request (T17, T19).
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Requirement } from '../../src/policy/compiled-policy.ts'
import { allowance, buildPolicy, MINUTE, moneyRule } from '../support/build-policy.ts'
import {
  AMOUNT,
  type Browser,
  openBrowser,
  openShop,
  passwordLogin,
  type Shop,
  whyNot,
} from '../support/shop.ts'

const OTP = { factors: [{ method: 'otp' }] }
const ONCE: Requirement = {
  acr: 'aal2',
  maxAgeSeconds: 300,
  once: true,
  bind: ['amount', 'payee'],
}
const OTHER = { resource: { ...AMOUNT, payee: 'thief' } }

let shop: Shop
let browser: Browser
const open = (require: Requirement = ONCE, optOuts: readonly string[] = []) => {
  const compiled = buildPolicy({
    optOuts: { small: allowance() },
    rules: [
      { ...moneyRule(optOuts), require },
      { id: 'keys', actions: ['key.create'], require: { acr: 'aal2' }, optOuts: [] },
    ],
  })
  shop = openShop({ compiled })
  browser = openBrowser(shop, passwordLogin(shop))
}
beforeEach(() => open())
afterEach(() => shop.close())

describe('once', () => {
  it('is good for one request, and the next is challenged', async () => {
    expect((await browser.stepUp()).status).toBe(303)
    expect(await browser.outcome('transfer.create')).toBe('pass')
    expect(await browser.outcome('transfer.create')).toBe('challenge permit_used')
    expect((await browser.stepUp()).status).toBe(303)
    expect(await browser.outcome('transfer.create')).toBe('pass')
  })

  it('is used atomically: of fifty parallel requests one passes (T19)', async () => {
    await browser.stepUp()
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => browser.copy().outcome('transfer.create')),
    )
    expect(outcomes.filter((outcome) => outcome === 'pass')).toHaveLength(1)
    expect(new Set(outcomes)).toEqual(new Set(['pass', 'challenge permit_used']))
  })

  it('is shared by guards inside guards of one request (law 13)', async () => {
    open({ acr: 'aal2', once: true })
    await browser.stepUp()
    const slot = {}
    expect(await browser.outcome('transfer.create', { slot })).toBe('pass')
    expect(await browser.outcome('transfer.create', { slot, ...OTHER })).toBe('pass')
    expect(await browser.outcome('transfer.create')).toBe('challenge permit_used')
  })

  it.each(['proxy', 'full'] as const)(
    'is not used by what nobody asked for yet: %s',
    async (mode) => {
      await browser.stepUp()
      const asking =
        mode === 'proxy' ? ({ mode } as const) : { headers: { 'sec-purpose': 'prefetch' } }
      expect(await browser.outcome('transfer.create', asking)).not.toBe('pass')
      expect(await browser.outcome('transfer.create')).toBe('pass')
    },
  )

  it('is not had by a step-up for something else, nor by a fresh login', async () => {
    await browser.stepUp({}, 'key.create')
    expect(await browser.outcome('key.create')).toBe('pass')
    expect(await browser.outcome('transfer.create')).toBe('challenge permit_missing')
    browser.login = { ...passwordLogin(shop), acr: 'aal2', amr: ['pwd', 'otp'] }
    expect(await browser.outcome('transfer.create')).toBe('challenge permit_missing')
  })

  it('takes a proof of this challenge: what was proved before is no confirmation', async () => {
    await browser.stepUp({}, 'key.create')
    await shop.pass(MINUTE)
    const ticket = await browser.ticketFor('transfer.create')
    await shop.pass(1)
    // otp was proved a minute ago, and would meet acr and maxAge
    const reply = await browser.complete(ticket, { factors: [{ method: 'pwd' }] })
    expect(reply.headers.find(([name]) => name === 'location')?.[1]).toMatch(/^\/step-up\?ticket=/)
    expect(await browser.outcome('transfer.create')).toBe('challenge permit_missing')
    const again = await browser.ticketFor('transfer.create')
    expect((await browser.complete(again, OTP)).status).toBe(303)
    expect(await browser.outcome('transfer.create')).toBe('pass')
  })

  it('waits no longer than maxAge', async () => {
    await browser.stepUp()
    await shop.pass(5 * MINUTE + 1)
    expect(await browser.outcome('transfer.create')).toBe('challenge auth_too_old')
  })

  it('waits fifteen minutes where there is no maxAge', async () => {
    open({ acr: 'aal2', once: true })
    await browser.stepUp()
    await shop.pass(15 * MINUTE + 1)
    expect(await browser.outcome('transfer.create')).toBe('challenge permit_missing')
  })

  it("is nobody else's, and of no other login", async () => {
    await browser.stepUp()
    const stolen = browser.copy()
    stolen.login = passwordLogin(shop, 'bob')
    expect(await stolen.outcome('transfer.create')).toMatch(/^challenge acr_too_low/)
    stolen.login = passwordLogin(shop, 'alice', 'alice-2')
    expect(await stolen.outcome('transfer.create')).toMatch(/^challenge acr_too_low/)
  })

  it('ends with a credential event, also one that comes while it is spent', async () => {
    await browser.stepUp()
    shop.backend.faults.beforeWrite = async (kind) => {
      if (kind !== 'permit') return
      shop.backend.faults.beforeWrite = undefined
      await shop.guard.credentialChanged('alice', 'password-changed')
    }
    expect(await browser.outcome('transfer.create')).toMatch(/^challenge/)
    expect(await browser.outcome('transfer.create')).toBe('challenge acr_too_low')
  })

  it('counts for nothing while the store fails', async () => {
    await browser.stepUp()
    shop.backend.faults.store = true
    expect(await browser.outcome('transfer.create')).toBe('challenge permit_used store_unavailable')
    shop.backend.faults.store = false
    expect(await browser.outcome('transfer.create')).toBe('pass')
  })

  it('is spent before an allowance, and not where another rule has no answer', async () => {
    shop = openShop({
      compiled: buildPolicy({
        optOuts: { small: allowance() },
        rules: [
          { ...moneyRule(), id: 'confirmed', require: { once: true }, optOuts: [] },
          moneyRule(['small']),
        ],
      }),
    })
    browser = openBrowser(shop, passwordLogin(shop))
    const small = { resource: { amount: 20, payee: 'landlord' } }
    const ticket = await browser.ticketFor('transfer.create', small)
    await browser.complete(ticket, OTP)
    // the login of the other rule is too old now, the permit is not
    await shop.pass(14 * MINUTE + 59_000)
    expect(await browser.outcome('transfer.create', { resource: { amount: 31 } })).toBe('pass')
  })
})

describe('bind', () => {
  it('is good for the values that were shown alone', async () => {
    await browser.stepUp()
    expect(await browser.outcome('transfer.create', OTHER)).toBe('challenge permit_missing')
    const more = { resource: { ...AMOUNT, amount: AMOUNT.amount + 1 } }
    expect(await browser.outcome('transfer.create', more)).toBe('challenge permit_missing')
    // as forms send it
    const form = { resource: { ...AMOUNT, amount: String(AMOUNT.amount) } }
    expect(await browser.outcome('transfer.create', form)).toBe('pass')
  })

  it('shows them to the person before they confirm', async () => {
    const ticket = await browser.ticketFor('transfer.create')
    expect(await browser.open(ticket, { method: 'GET' })).toMatchObject({
      action: 'transfer.create',
      resource: AMOUNT,
      requirement: ONCE,
    })
  })

  it('without once is good for the same again, up to maxAge', async () => {
    open({ acr: 'aal2', maxAgeSeconds: 300, bind: ['payee'] })
    await browser.stepUp()
    for (let at = 0; at < 3; at++) expect(await browser.outcome('transfer.create')).toBe('pass')
    expect(await browser.outcome('transfer.create', OTHER)).toBe('challenge permit_missing')
  })

  it('of a value that is unknown is never met, and its challenge ends (T21)', async () => {
    const asking = { resource: { amount: 500 } }
    expect(await browser.outcome('transfer.create', asking)).toBe('challenge acr_too_low')
    const first = await browser.complete(await browser.ticketFor('transfer.create', asking), OTP)
    const location = first.headers.find(([name]) => name === 'location')?.[1] ?? ''
    const again = new URL(location, 'https://shop.example').searchParams.get('ticket')
    expect((await browser.complete(again, OTP)).status).toBe(403)
    expect(await browser.outcome('transfer.create', asking)).toBe('deny too_little too_little')
  })

  it("keeps three, so that several tabs do not take each other's away", async () => {
    const payees = ['a', 'b', 'c', 'd']
    for (const payee of payees)
      await browser.stepUp({}, 'transfer.create', { resource: { amount: 5, payee } })
    const outcomes = await Promise.all(
      payees.map((payee) => browser.outcome('transfer.create', { resource: { amount: 5, payee } })),
    )
    expect(outcomes).toEqual(['challenge permit_missing', 'pass', 'pass', 'pass'])
  })

  it('holds what is long, and the cookie stays one that browsers take', async () => {
    open({ acr: 'aal2', once: true, bind: ['payee'] })
    const asking = (at: number) => ({
      resource: { amount: 1, payee: `${at}${'\u{1f4b8}'.repeat(63)}` },
    })
    for (let at = 0; at < 4; at++) await browser.stepUp({}, 'transfer.create', asking(at))
    expect(browser.evidenceCookie()?.length).toBeLessThan(4_000)
    expect(await browser.outcome('transfer.create', asking(3))).toBe('pass')
  })
})

describe('with an opt-out', () => {
  it('a small payment needs no confirmation, a large one does', async () => {
    open(ONCE, ['small'])
    const small = { resource: { amount: 20, payee: 'landlord' } }
    expect(await browser.outcome('transfer.create', small)).toBe('opt-out small')
    const large = await browser.ask('transfer.create')
    expect(whyNot(large, 'small')).toBe('amount_too_large')
  })
})
