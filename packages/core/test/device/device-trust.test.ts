// A remembered device over logins, limits and copies, on the real engine (T1, T3, T7, T8, T9).
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DAY, HOUR } from '../support/build-policy.ts'
import { openBrowser, openShop, passwordLogin, type Shop, whyNot } from '../support/shop.ts'

let shop: Shop
beforeEach(() => {
  shop = openShop()
})
afterEach(() => shop.close())

describe('idle', () => {
  it('is no trust in a new login once it was left unused for longer than its idle limit', async () => {
    const browser = openBrowser(shop, passwordLogin(shop))
    await browser.stepUp({ rememberDevice: true })
    await shop.pass(7 * DAY + HOUR)
    browser.login = passwordLogin(shop, 'alice', 'alice-2')
    const checked = await browser.ask('transfer.create')
    expect(whyNot(checked, 'remembered')).toBe('device_idle')
  })
})
