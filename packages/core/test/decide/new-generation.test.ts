// A backend that lost part of its history may have forgotten what was spent and used: neither is believed after it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DAY, MINUTE } from '../support/build-policy.ts'
import { type Browser, openBrowser, openShop, passwordLogin, type Shop } from '../support/shop.ts'

const SMALL = { resource: { amount: 20, payee: 'baker' } }
const OTP = { factors: [{ method: 'otp' }] }

let shop: Shop
let browser: Browser
beforeEach(async () => {
  shop = openShop()
  browser = openBrowser(shop, passwordLogin(shop))
  expect(await browser.outcome('transfer.create', SMALL)).toBe('opt-out small')
})
afterEach(() => shop.close())

/** The answers of the opt-outs to the next small payment. */
async function checks(): Promise<readonly string[]> {
  await browser.ask('transfer.create', SMALL)
  return (
    shop.decisions.at(-1)?.checks.map(({ optOut, holds, why }) => `${optOut} ${holds} ${why}`) ?? []
  )
}

describe('after the feed began a new generation', () => {
  it('an allowance does not hold, and says why', async () => {
    shop.backend.failOver()
    await shop.pass(1000)
    expect(await checks()).toContain('small false allowance_uncertain')
    expect(shop.decisions.at(-1)?.outcome).toBe('challenge')
  })

  it('it holds again once the subject stepped up in it', async () => {
    shop.backend.failOver()
    await shop.pass(1000)
    await shop.pass(MINUTE)
    await browser.stepUp(OTP)
    await shop.pass(16 * MINUTE)
    expect(await browser.outcome('transfer.create', SMALL)).toBe('opt-out small')
    const other = openBrowser(shop, passwordLogin(shop, 'bob'))
    expect(await other.outcome('transfer.create', SMALL)).toContain('challenge')
  })

  it('a step-up so near to it that the clocks might disagree does not count', async () => {
    shop.backend.failOver()
    await shop.pass(1000)
    await browser.stepUp(OTP)
    await shop.pass(16 * MINUTE)
    expect(await checks()).toContain('small false allowance_uncertain')
  })

  it('a step-up before it does not count, and a second one asks for another', async () => {
    await browser.stepUp(OTP)
    await shop.pass(16 * MINUTE)
    shop.backend.failOver()
    await shop.pass(1000)
    await shop.pass(MINUTE)
    await browser.stepUp(OTP)
    shop.backend.failOver()
    await shop.pass(16 * MINUTE)
    expect(await checks()).toContain('small false allowance_uncertain')
  })

  it.each([
    { name: 'still not', days: 366, holds: false },
    { name: 'again', days: 367, holds: true },
  ])(
    '$days days later, when nothing that was spent counts any more, it holds $name',
    async ({ days, holds }) => {
      shop.backend.failOver()
      await shop.pass(1000)
      await shop.pass(days * DAY - 1000)
      browser.login = passwordLogin(shop)
      expect(await browser.outcome('transfer.create', SMALL)).toContain(
        holds ? 'opt-out small' : 'challenge',
      )
    },
  )

  it('a ticket of before is refused, for it may have been used; a new one is good', async () => {
    const ticket = await browser.ticketFor('transfer.create')
    shop.backend.failOver()
    await shop.pass(1000)
    expect(await browser.open(ticket, { method: 'GET' })).toBeUndefined()
    expect((await browser.complete(ticket, OTP)).status).toBe(400)
    expect((await browser.complete(await browser.ticketFor('transfer.create'), OTP)).status).toBe(
      303,
    )
  })

  it('a remembered device, which the feed has not forgotten, is trusted still', async () => {
    await browser.stepUp({ ...OTP, rememberDevice: true })
    await shop.pass(16 * MINUTE)
    shop.backend.failOver()
    await shop.pass(1000)
    expect(await browser.outcome('transfer.create', SMALL)).toBe('opt-out remembered')
  })
})
