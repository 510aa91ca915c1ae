// Evidence: what a completed challenge leaves, bound to subject, session and secret, and ended by events (T17 to T20).
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildPolicy, HOUR, MINUTE } from '../support/build-policy.ts'
import { type Browser, openBrowser, openShop, passwordLogin, type Shop } from '../support/shop.ts'

let shop: Shop
let browser: Browser
beforeEach(() => {
  shop = openShop()
  browser = openBrowser(shop, passwordLogin(shop))
})
afterEach(() => shop.close())

describe('evidence', () => {
  it('meets what it was asked for, until it is too old, to the millisecond', async () => {
    await browser.stepUp()
    expect(await browser.outcome('transfer.create')).toBe('pass')
    await shop.pass(15 * MINUTE)
    expect(await browser.outcome('transfer.create')).toBe('pass')
    await shop.pass(1)
    expect(await browser.outcome('transfer.create')).toBe('challenge auth_too_old')
  })

  it('of one challenge does not meet a stricter requirement (T17)', async () => {
    await browser.stepUp()
    await shop.pass(5 * MINUTE + 1)
    expect(await browser.outcome('transfer.create')).toBe('pass')
    expect(await browser.outcome('key.create')).toBe('challenge auth_too_old')
  })

  it.each([
    { name: 'one factor alone', amr: [], factors: ['otp'] },
    { name: 'the same factor twice', amr: [], factors: ['otp', 'otp'] },
    { name: 'the first factor again', amr: ['pwd'], factors: ['pwd', 'pwd'] },
    { name: 'a method that is named nowhere', amr: ['pwd'], factors: ['carrier-pigeon'] },
  ])('of $name is not two (T18)', async ({ amr, factors }) => {
    browser.login = { ...passwordLogin(shop), acr: 'aal1', amr }
    await browser.stepUp({ factors: factors.map((method) => ({ method })) })
    expect(await browser.outcome('transfer.create')).toMatch(/^challenge/)
  })

  it('of two factors proved one after the other is two', async () => {
    browser.login = { ...passwordLogin(shop), amr: [] }
    await browser.stepUp({ factors: [{ method: 'pwd' }] })
    expect(await browser.outcome('transfer.create')).toBe('challenge acr_too_low')
    await browser.stepUp({ factors: [{ method: 'otp' }] })
    expect(await browser.outcome('transfer.create')).toBe('pass')
  })

  it.each([
    { name: 'another subject', change: { subject: 'bob' } },
    { name: 'another session', change: { session: 'alice-2' } },
    { name: 'no session', change: { session: undefined } },
  ])('is not believed with $name (T19)', async ({ change }) => {
    await browser.stepUp()
    browser.login = { ...passwordLogin(shop), ...change }
    expect(await browser.outcome('transfer.create')).toMatch(/^challenge/)
  })

  it('is not believed from the cookie of another purpose, nor spoilt', async () => {
    await browser.stepUp({ rememberDevice: true })
    const evidence = browser.evidenceCookie() ?? ''
    const device = browser.cookies.get(browser.deviceCookie() ?? '') ?? ''
    browser.cookies.delete(browser.deviceCookie() ?? '')
    for (const value of [device, `${evidence}x`, evidence.slice(1), '', 'x'.repeat(10_000)]) {
      browser.cookies.set('__Host-evidence', value)
      expect(await browser.outcome('transfer.create')).toMatch(/^challenge/)
    }
    browser.cookies.set('__Host-evidence', evidence)
    expect(await browser.outcome('transfer.create')).toBe('pass')
  })

  it('sent twice counts as none', async () => {
    await browser.stepUp()
    const cookie = `__Host-evidence=${browser.evidenceCookie()}`
    const once = { headers: { cookie } }
    const twice = { headers: { cookie: `${cookie}; ${cookie}` } }
    expect(await browser.outcome('transfer.create', once)).toBe('pass')
    expect(await browser.outcome('transfer.create', twice)).toMatch(/^challenge/)
  })

  it('ends after 24 hours, factor by factor, however often it was added to', async () => {
    await shop.close()
    shop = openShop({
      compiled: buildPolicy({
        rules: [
          { id: 'slow', actions: ['transfer.create'], require: { acr: 'aal2' }, optOuts: [] },
          { id: 'hw', actions: ['account.view'], require: { amr: ['hwk'] }, optOuts: [] },
        ],
      }),
    })
    browser = openBrowser(shop, passwordLogin(shop))
    await browser.stepUp()
    await shop.pass(23 * HOUR)
    await browser.stepUp({ factors: [{ method: 'hwk' }] }, 'account.view')
    expect(await browser.outcome('transfer.create')).toBe('pass')
    await shop.pass(HOUR + 1)
    expect(await browser.outcome('account.view')).toBe('pass')
    const otpOnly = buildPolicy({
      rules: [{ id: 'otp', actions: ['transfer.create'], require: { amr: ['otp'] }, optOuts: [] }],
    })
    await shop.guard.operator.activate(otpOnly, { by: 'ann', why: 'test' })
    expect(await browser.outcome('transfer.create')).toBe('challenge amr_missing')
  })

  it('bears the time that the app says, and none in the future (T47)', async () => {
    const old = new Date(shop.clock.now() - 16 * MINUTE)
    await browser.stepUp({ factors: [{ method: 'otp', at: old }] })
    expect(await browser.outcome('transfer.create')).toBe('challenge auth_too_old')
    const ticket = await browser.ticketFor('transfer.create')
    const future = [{ method: 'otp', at: shop.clock.now() + 30_001 }]
    await expect(browser.complete(ticket, { factors: future })).rejects.toThrow('future')
    const ahead = [{ method: 'otp', at: shop.clock.now() + 30_000 }]
    expect((await browser.complete(ticket, { factors: ahead })).status).toBe(303)
  })

  it('of an identity without auth_time never meets maxAge by it (T20)', async () => {
    browser.login = { ...passwordLogin(shop), authTime: undefined, acr: 'aal2' }
    expect(await browser.outcome('transfer.create')).toBe('challenge auth_time_missing')
    await browser.stepUp()
    expect(await browser.outcome('transfer.create')).toBe('pass')
  })
})

describe('a stale instance (law 6)', () => {
  async function cutOff(): Promise<void> {
    shop.backend.hold(true)
    shop.clock.advance(11_000)
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(shop.guard.health().stale).toBe(true)
  }

  it('counts only evidence that was given since it last knew, so that a person can go on', async () => {
    await browser.stepUp()
    await shop.pass(1_000)
    await cutOff()
    expect(await browser.outcome('transfer.create')).toMatch(/^challenge/)
    await browser.stepUp()
    expect(await browser.outcome('transfer.create')).toBe('pass')
    shop.backend.hold(false)
    await shop.pass(1_000)
    expect(await browser.outcome('transfer.create')).toBe('pass')
  })

  it('lets two factors be proved one after the other', async () => {
    browser.login = { ...passwordLogin(shop), amr: [] }
    await shop.guard.ready()
    await cutOff()
    await browser.stepUp({ factors: [{ method: 'pwd' }] })
    await browser.stepUp({ factors: [{ method: 'otp' }] })
    expect(await browser.outcome('transfer.create')).toBe('pass')
    shop.backend.hold(false)
  })

  it('does not carry old evidence over into what it gives', async () => {
    browser.login = { ...passwordLogin(shop), amr: [] }
    await browser.stepUp({ factors: [{ method: 'otp' }] })
    await shop.pass(1_000)
    await cutOff()
    await browser.stepUp({ factors: [{ method: 'pwd' }] })
    expect(await browser.outcome('transfer.create')).toMatch(/^challenge/)
    shop.backend.hold(false)
  })

  it('gives evidence that an event ends which it had not heard of', async () => {
    await shop.guard.ready()
    await cutOff()
    await browser.stepUp()
    await shop.backend.feed().append({
      topic: 'revocation',
      id: 'unheard',
      at: shop.clock.now(),
      by: 'app',
      why: 'elsewhere',
      data: { kind: 'subject', subject: 'alice', what: 'admin-reset' },
    })
    expect(await browser.outcome('transfer.create')).toBe('pass')
    shop.backend.hold(false)
    await shop.pass(10)
    expect(await browser.outcome('transfer.create')).toMatch(/^challenge/)
  })

  it('trusts no device, and honours none', async () => {
    await browser.stepUp({ rememberDevice: true })
    const trusted = browser.copy()
    await shop.pass(20 * MINUTE)
    await cutOff()
    expect(await trusted.outcome('transfer.create')).toMatch(/feed_stale$/)
    const other = openBrowser(shop, passwordLogin(shop, 'bob'))
    expect((await other.stepUp({ rememberDevice: true })).status).toBe(303)
    expect(other.deviceCookie()).toBeUndefined()
    shop.backend.hold(false)
    await shop.pass(10)
    expect(await trusted.outcome('transfer.create')).toBe('opt-out remembered')
    expect(await shop.guard.devices.list('bob')).toEqual([])
  })
})
