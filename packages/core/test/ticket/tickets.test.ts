// Tickets: good for their own subject, in their own login, once, for ten minutes, and for five attempts (T16, T17, T27, T29, T30).
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSealer } from '../../src/seal/create-sealer.ts'
import { buildPolicy, MINUTE } from '../support/build-policy.ts'
import {
  type Browser,
  NAVIGATION,
  openBrowser,
  openShop,
  passwordLogin,
  SECRET,
  type Shop,
} from '../support/shop.ts'

const OTP = { factors: [{ method: 'otp' }] }
const GET = { method: 'GET' }

let shop: Shop
let browser: Browser
beforeEach(() => {
  shop = openShop()
  browser = openBrowser(shop, passwordLogin(shop))
})
afterEach(() => shop.close())

describe('a ticket', () => {
  it('shows what is asked, of whom, for what, as it was stored', async () => {
    const ticket = await browser.ticketFor('transfer.create')
    expect(await browser.open(ticket, GET)).toEqual({
      ticket,
      subject: 'alice',
      action: 'transfer.create',
      resource: { amount: 500, payee: 'landlord' },
      requirement: { acr: 'aal2', maxAgeSeconds: 900 },
    })
  })

  it('leaves out a resource that is longer than a URL should be, and can still be opened', async () => {
    await shop.close()
    const note = { type: 'string', maxLength: 2_000 } as const
    const declared = { sensitive: false, open: false, resource: { note } }
    shop = openShop({ compiled: buildPolicy({ actions: { 'transfer.create': declared } }) })
    browser = openBrowser(shop, passwordLogin(shop, '\u20ac'.repeat(255), 'x'))
    const asking = { ...GET, headers: NAVIGATION, target: `/t?${'q'.repeat(2_000)}` }
    for (const length of [10, 980, 2_000]) {
      const resource = { note: '\u20ac'.repeat(length) }
      const ticket = await browser.ticketFor('transfer.create', { ...asking, resource })
      const opened = await browser.open(ticket, GET)
      expect(opened?.resource).toEqual(length === 10 ? resource : {})
    }
  })

  it.each([
    { name: 'none', of: () => undefined },
    { name: 'a made-up one', of: () => 'made-up' },
    { name: 'a list', of: (ticket: string) => [ticket, ticket] },
    { name: 'one without its end', of: (ticket: string) => ticket.slice(0, -1) },
    { name: 'one with more behind it', of: (ticket: string) => `${ticket}.x` },
    { name: 'one that is spoilt inside', of: (ticket: string) => spoil(ticket, 40) },
    { name: 'one with another header', of: (ticket: string) => `x${ticket}` },
    { name: 'one that is far too long', of: (ticket: string) => ticket + 'A'.repeat(100_000) },
  ])('is refused: $name', async ({ of }) => {
    const given = of(await browser.ticketFor('transfer.create'))
    expect(await browser.open(given, GET)).toBeUndefined()
    expect((await browser.complete(given, OTP)).status).toBe(400)
    expect((await browser.fail(given)).status).toBe(400)
    expect(await browser.outcome('transfer.create')).toMatch(/^challenge/)
  })

  it.each([
    { name: 'after ten minutes', ms: 10 * MINUTE, good: true },
    { name: 'a millisecond later', ms: 10 * MINUTE + 1, good: false },
    { name: 'half a minute before it was made, by another clock', ms: -30_000, good: true },
    { name: 'a millisecond earlier (T47)', ms: -30_001, good: false },
  ])('$name: good is $good', async ({ ms, good }) => {
    const ticket = await browser.ticketFor('transfer.create')
    shop.clock.advance(ms)
    expect((await browser.open(ticket, GET)) !== undefined).toBe(good)
  })

  it.each([
    { name: 'another subject', subject: 'bob', session: 'alice-1' },
    { name: 'another session of the subject', subject: 'alice', session: 'alice-2' },
    { name: 'no session', subject: 'alice', session: undefined },
  ])('of alice is refused to $name', async ({ subject, session }) => {
    const ticket = await browser.ticketFor('transfer.create')
    const login = passwordLogin(shop, subject, 'x')
    browser.login = { ...login, session }
    expect(await browser.open(ticket, GET)).toBeUndefined()
    expect((await browser.complete(ticket, OTP)).status).toBe(400)
    expect(browser.evidenceCookie()).toBeUndefined()
  })

  it('is refused to nobody: dropping the session in the middle leaves nothing that passes (T6)', async () => {
    const ticket = await browser.ticketFor('transfer.create', { headers: NAVIGATION })
    browser.login = undefined
    expect(await browser.open(ticket, GET)).toBeUndefined()
    expect((await browser.complete(ticket, OTP)).status).toBe(400)
    expect(await browser.outcome('transfer.create')).toBe('challenge no_identity')
    browser.login = passwordLogin(shop, 'alice', 'alice-2')
    expect(await browser.outcome('transfer.create')).toMatch(/^challenge/)
  })

  it('is refused where the identity fails', async () => {
    const ticket = await browser.ticketFor('transfer.create')
    browser.login = () => {
      throw new Error('no database')
    }
    expect(await browser.open(ticket, GET)).toBeUndefined()
  })

  it('is completed by one of fifty at once', async () => {
    const ticket = await browser.ticketFor('transfer.create')
    const incoming = Array.from({ length: 50 }, () => browser.copy())
    const replies = await Promise.all(incoming.map((one) => one.complete(ticket, OTP)))
    expect(replies.filter(({ status }) => status === 303)).toHaveLength(1)
    expect(replies.filter(({ status }) => status === 400)).toHaveLength(49)
    expect(incoming.filter((one) => one.evidenceCookie() !== undefined)).toHaveLength(1)
  })

  it('is over once it was used, for opening too', async () => {
    const ticket = await browser.ticketFor('transfer.create')
    await browser.complete(ticket, OTP)
    expect(await browser.open(ticket, GET)).toBeUndefined()
    expect((await browser.complete(ticket, OTP)).status).toBe(400)
  })

  it('keeps its requirement when it is opened again, left, or asked for anew (T16)', async () => {
    const first = await browser.ticketFor('key.create')
    for (let i = 0; i < 3; i++)
      expect(await browser.open(first, GET)).toMatchObject({
        requirement: { acr: 'aal2', maxAgeSeconds: 300 },
      })
    const second = await browser.ticketFor('key.create')
    expect((await browser.open(second, GET))?.requirement).toEqual({
      acr: 'aal2',
      maxAgeSeconds: 300,
    })
  })

  it('that names a session reveals it to nobody, not even to who has the secret (T30)', async () => {
    browser.login = passwordLogin(shop, 'alice', 'the-session-cookie-itself')
    const ticket = await browser.ticketFor('transfer.create', { headers: NAVIGATION })
    const opened = await (await createSealer([SECRET], 'ticket')).open(ticket)
    expect(opened).toMatchObject({ subject: 'alice', action: 'transfer.create' })
    const text = JSON.stringify(opened)
    expect(text).not.toContain('the-session-cookie-itself')
    for (const value of browser.cookies.values()) expect(text).not.toContain(value)
  })
})

describe('a session that a step-up renewed (T29)', () => {
  it('still answers to tickets of its old id, over several renewals', async () => {
    const pending = await browser.ticketFor('key.create')
    for (const [i, session] of ['alice-2', 'alice-3'].entries()) {
      await shop.pass(i * 6 * MINUTE) // the evidence of the first has to be too old
      const ticket = await browser.ticketFor('key.create')
      await browser.complete(ticket, { ...OTP, newSession: session })
      browser.login = passwordLogin(shop, 'alice', session)
      expect(await browser.open(pending, GET), `renewal ${i}`).toMatchObject({ subject: 'alice' })
    }
    expect((await browser.complete(pending, OTP)).status).toBe(303)
  })

  it('has the evidence; the old one does not', async () => {
    await browser.stepUp({ newSession: 'alice-2' })
    expect(await browser.outcome('transfer.create')).toMatch(/^challenge/)
    browser.login = passwordLogin(shop, 'alice', 'alice-2')
    expect(await browser.outcome('transfer.create')).toBe('pass')
  })

  it('is not a session that somebody else began', async () => {
    const pending = await browser.ticketFor('key.create')
    await browser.stepUp({ newSession: 'alice-2' })
    browser.login = passwordLogin(shop, 'alice', 'alice-9')
    expect(await browser.open(pending, GET)).toBeUndefined()
    browser.login = passwordLogin(shop, 'bob', 'alice-2')
    expect(await browser.open(pending, GET)).toBeUndefined()
  })

  it('is over after a quarter of an hour, as tickets are', async () => {
    await browser.stepUp({ newSession: 'alice-2' })
    browser.login = passwordLogin(shop)
    await shop.pass(14 * MINUTE)
    const pending = await browser.ticketFor('key.create')
    browser.login = passwordLogin(shop, 'alice', 'alice-2')
    expect(await browser.open(pending, GET)).toBeDefined()
    await shop.pass(2 * MINUTE)
    expect(await browser.open(pending, GET)).toBeUndefined()
  })
})

describe('attempts (T27)', () => {
  it('are five for a ticket, of fifty parallel guesses as well', async () => {
    const ticket = await browser.ticketFor('transfer.create')
    const opened = await Promise.all(Array.from({ length: 50 }, () => browser.open(ticket)))
    expect(opened.filter((one) => one !== undefined)).toHaveLength(5)
    expect((await browser.complete(ticket, OTP)).status).toBe(400)
  })

  it('are five where the app compares before it opens: the right code comes too late', async () => {
    const ticket = await browser.ticketFor('transfer.create')
    const replies = await Promise.all(Array.from({ length: 50 }, () => browser.fail(ticket)))
    expect(replies.filter(({ status }) => status === 401)).toHaveLength(5)
    expect((await browser.complete(ticket, OTP)).status).toBe(400)
  })

  it('are ten for a subject, however many tickets, sessions and browsers', async () => {
    let opened = 0
    for (let i = 0; i < 10; i++) {
      const other = openBrowser(shop, passwordLogin(shop, 'alice', `alice-${i}`))
      const ticket = await other.ticketFor('transfer.create')
      for (let guess = 0; guess < 5; guess++)
        if ((await other.open(ticket)) !== undefined) opened += 1
    }
    expect(opened).toBe(10)
    const bob = openBrowser(shop, passwordLogin(shop, 'bob'))
    expect((await bob.stepUp()).status).toBe(303)
    await shop.pass(15 * MINUTE + 1)
    browser.login = passwordLogin(shop)
    expect((await browser.stepUp()).status).toBe(303)
  })

  it('are counted anew after a success', async () => {
    for (let round = 0; round < 4; round++) {
      const ticket = await browser.ticketFor('key.create')
      for (let i = 0; i < 4; i++) expect((await browser.fail(ticket)).status).toBe(401)
      expect((await browser.complete(ticket, OTP)).status).toBe(303)
      await shop.pass(6 * MINUTE)
    }
  })

  it('are not charged by showing the page', async () => {
    const ticket = await browser.ticketFor('transfer.create')
    for (let i = 0; i < 20; i++) expect(await browser.open(ticket, GET)).toBeDefined()
    expect((await browser.complete(ticket, OTP)).status).toBe(303)
  })

  it('are charged once for a request that opens and completes', async () => {
    const ticket = await browser.ticketFor('transfer.create')
    for (let i = 0; i < 4; i++) {
      const slot = {}
      await browser.open(ticket, { slot })
      expect((await browser.fail(ticket, undefined, { slot })).status).toBe(401)
    }
    const slot = {}
    await browser.open(ticket, { slot })
    expect((await browser.complete(ticket, OTP, { slot })).status).toBe(303)
  })

  it('outlive the engine', async () => {
    const ticket = await browser.ticketFor('transfer.create')
    for (let i = 0; i < 5; i++) await browser.fail(ticket)
    const kept = shop.backend.store()
    const entries = []
    for await (const { key } of kept.list('attempts', 'alice')) entries.push(key[2])
    expect(entries).toContain('all')
    expect(entries).toHaveLength(2)
  })

  it('of the store that fails are none', async () => {
    const ticket = await browser.ticketFor('transfer.create')
    shop.backend.faults.store = true
    const complete = await browser.complete(ticket, OTP)
    const fail = await browser.fail(ticket)
    for (const reply of [complete, fail]) {
      expect(reply.status).toBe(503)
      expect(JSON.stringify(reply)).not.toContain('secret detail')
    }
    expect(browser.evidenceCookie()).toBeUndefined()
  })
})

describe('a login without a session id', () => {
  const login = () => ({ ...passwordLogin(shop), session: undefined })

  it('is tied by a cookie of our own, and by the time of the login', async () => {
    browser.login = login()
    await browser.stepUp()
    expect(await browser.outcome('transfer.create')).toBe('pass')
    const elsewhere = openBrowser(shop, browser.login)
    elsewhere.cookies.set('__Host-evidence', browser.evidenceCookie() ?? '')
    expect(await elsewhere.outcome('transfer.create')).toMatch(/^challenge/)
    await shop.pass(1_000)
    browser.login = login()
    expect(await browser.outcome('transfer.create')).toMatch(/^challenge/)
  })

  it('cannot use the ticket of another login, nor without its cookie', async () => {
    browser.login = login()
    const ticket = await browser.ticketFor('transfer.create')
    expect(await openBrowser(shop, browser.login).open(ticket, GET)).toBeUndefined()
    await shop.pass(1_000)
    const before = browser.login
    browser.login = login()
    expect(await browser.open(ticket, GET)).toBeUndefined()
    browser.login = before
    expect(await browser.open(ticket, GET)).toBeDefined()
  })

  it('can complete two challenges that were begun before either was completed', async () => {
    browser.login = login()
    const [one, two] = [
      await browser.ticketFor('transfer.create'),
      await browser.ticketFor('key.create'),
    ]
    expect((await browser.complete(one, OTP)).status).toBe(303)
    expect((await browser.complete(two, OTP)).status).toBe(303)
    expect(await browser.outcome('key.create')).toBe('pass')
  })
})

function spoil(ticket: string, at: number): string {
  const from = ticket.length - at
  return `${ticket.slice(0, from)}${ticket[from] === 'A' ? 'B' : 'A'}${ticket.slice(from + 1)}`
}
