// One short-lived cookie per transaction, at most five in a browser, whatever names a client makes up.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  header,
  describe as inWords,
  NAVIGATION,
  openBrowser,
  openShop,
  passwordLogin,
  type Shop,
  ticketIn,
} from '../support/shop.ts'

let shop: Shop
beforeEach(() => {
  shop = openShop()
})
afterEach(() => shop.close())

const PREFIX = '__Host-challenge-'

describe('transaction cookies', () => {
  it('are at most five, however many challenges are begun', async () => {
    const browser = openBrowser(shop, passwordLogin(shop))
    for (let i = 0; i < 9; i++) await browser.ask('transfer.create', { headers: NAVIGATION })
    const names = [...browser.cookies.keys()].filter((name) => name.startsWith(PREFIX))
    expect(names).toHaveLength(5)
  })

  it('let the newest challenge be completed when older ones made room', async () => {
    const browser = openBrowser(shop, passwordLogin(shop))
    let location = ''
    for (let i = 0; i < 9; i++) {
      const checked = await browser.ask('transfer.create', { headers: NAVIGATION })
      if (checked.is === 'refuse') location = header(checked.reply, 'location') ?? ''
    }
    const reply = await browser.complete(ticketIn(location), { factors: [{ method: 'otp' }] })
    expect(reply.status).toBe(303)
  })

  it('are not thrown off by names that cannot be sent back', async () => {
    const browser = openBrowser(shop, passwordLogin(shop))
    for (let i = 0; i < 9; i++) browser.cookies.set(`${PREFIX}a.b!${i}`, 'x')
    for (let i = 0; i < 9; i++) browser.cookies.set(`__Host-device-c.d!${i}`, 'x')
    const checked = await browser.ask('transfer.create', { headers: NAVIGATION })
    expect(inWords(checked)).toBe('challenge acr_too_low')
    const reply = await browser.stepUp({ rememberDevice: true })
    expect(reply.status).toBe(303)
  })

  it('are gone once their challenge is completed', async () => {
    const browser = openBrowser(shop, passwordLogin(shop))
    const ticket = await browser.ticketFor('transfer.create', { headers: NAVIGATION })
    expect([...browser.cookies.keys()].some((name) => name.startsWith(PREFIX))).toBe(true)
    await browser.complete(ticket, { factors: [{ method: 'otp' }] })
    expect([...browser.cookies.keys()].some((name) => name.startsWith(PREFIX))).toBe(false)
  })

  it('are not set for a fetch in a login with a session id: the ticket is bound to that', async () => {
    const browser = openBrowser(shop, passwordLogin(shop))
    await browser.ticketFor('transfer.create')
    expect([...browser.cookies.keys()]).toEqual([])
  })

  it('tie a navigation to the browser: without its cookie the ticket is refused', async () => {
    const browser = openBrowser(shop, passwordLogin(shop))
    const ticket = await browser.ticketFor('transfer.create', { headers: NAVIGATION })
    const elsewhere = openBrowser(shop, browser.login)
    expect(await elsewhere.open(ticket, { method: 'GET' })).toBeUndefined()
    const planted = openBrowser(shop, browser.login)
    for (const name of browser.cookies.keys()) planted.cookies.set(name, 'AAAAAAAAAAAAAAAAAAAAAA')
    expect(await planted.open(ticket, { method: 'GET' })).toBeUndefined()
    expect(await browser.open(ticket, { method: 'GET' })).toMatchObject({ subject: 'alice' })
  })
})
