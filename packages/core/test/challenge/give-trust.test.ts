// Trust is given by a completed challenge with a real second factor, durably recorded, and survives no credential event (T4, T5).
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Proof } from '../../src/challenge/proof.ts'
import type { CredentialChange } from '../../src/state/feed-event.ts'
import { buildPolicy, MINUTE, moneyRule } from '../support/build-policy.ts'
import {
  type Browser,
  openBrowser,
  openShop,
  passwordLogin,
  type Shop,
  whyNot,
} from '../support/shop.ts'

let shop: Shop
let browser: Browser
beforeEach(() => {
  shop = openShop()
  browser = openBrowser(shop, passwordLogin(shop))
})
afterEach(() => shop.close())

/** In a later login, when the evidence is too old. */
async function later(): Promise<void> {
  await shop.pass(20 * MINUTE)
  browser.login = passwordLogin(shop, 'alice', 'alice-2')
}

const EVENTS: readonly CredentialChange[] = [
  'password-changed',
  'password-reset',
  'factor-added',
  'factor-removed',
  'factor-reenrolled',
  'recovery-code-used',
  'admin-reset',
  'deactivated',
  'signed-out-everywhere',
]

describe('a credential event (T4)', () => {
  it.each(EVENTS)('%s ends trust, evidence and the place in the list', async (what) => {
    await browser.stepUp({ rememberDevice: true })
    const sameLogin = browser.copy()
    await later()
    expect(await browser.outcome('transfer.create')).toBe('opt-out remembered')
    await shop.guard.credentialChanged('alice', what)
    const checked = await browser.ask('transfer.create')
    expect(whyNot(checked, 'remembered')).toBe('device_revoked')
    browser.login = passwordLogin(shop, 'alice', 'alice-3')
    expect(whyNot(await browser.ask('transfer.create'), 'remembered')).toBe('device_revoked')
    expect(await sameLogin.outcome('transfer.create')).toMatch(/^challenge/)
    expect(await shop.guard.devices.list('alice')).toEqual([])
  })

  it('ends evidence that is fresh', async () => {
    await browser.stepUp()
    expect(await browser.outcome('transfer.create')).toBe('pass')
    await shop.guard.credentialChanged('alice', 'factor-added')
    expect(await browser.outcome('transfer.create')).toMatch(/^challenge/)
  })

  it('ends challenges that were begun before it', async () => {
    const ticket = await browser.ticketFor('transfer.create')
    await shop.guard.credentialChanged('alice', 'password-changed')
    const reply = await browser.complete(ticket, { factors: [{ method: 'otp' }] })
    expect(reply.status).toBe(400)
    expect(browser.evidenceCookie()).toBeUndefined()
  })

  it('ends nothing of others, and nothing that is given after it', async () => {
    const bob = openBrowser(shop, passwordLogin(shop, 'bob'))
    await bob.stepUp({ rememberDevice: true })
    await shop.guard.credentialChanged('alice', 'password-reset')
    await browser.stepUp({ rememberDevice: true })
    await later()
    expect(await browser.outcome('transfer.create')).toBe('opt-out remembered')
    bob.login = passwordLogin(shop, 'bob', 'bob-2')
    expect(await bob.outcome('transfer.create')).toBe('opt-out remembered')
  })

  it('that comes while the evidence is being given ends it', async () => {
    await browser.stepUp({ factors: [{ method: 'otp' }] }, 'key.create')
    const ticket = await browser.ticketFor('key.create').catch(() => undefined)
    expect(ticket).toBeUndefined() // it passes
    await shop.pass(6 * MINUTE)
    const second = await browser.ticketFor('key.create')
    shop.backend.faults.beforeWrite = async (kind) => {
      if (kind !== 'device') return
      shop.backend.faults.beforeWrite = undefined
      await shop.guard.credentialChanged('alice', 'password-reset')
    }
    await browser.complete(second, { factors: [{ method: 'otp' }], rememberDevice: true })
    expect(await browser.outcome('key.create')).toMatch(/^challenge/)
    await later()
    expect(await browser.outcome('transfer.create')).toMatch(/^challenge/)
    expect(await shop.guard.devices.list('alice')).toEqual([])
  })
})

describe('trust', () => {
  const OTP = [{ method: 'otp' }]

  it.each<{ name: string; proof: Partial<Proof>; trusted: boolean }>([
    { name: 'a code', proof: { factors: OTP }, trusted: true },
    { name: 'a key', proof: { factors: [{ method: 'hwk' }] }, trusted: true },
    { name: 'a code, unasked', proof: { factors: OTP, rememberDevice: false }, trusted: false },
    {
      name: 'a word that is not true',
      proof: { factors: OTP, rememberDevice: 'true' as never },
      trusted: false,
    },
    {
      name: 'a recovery code',
      proof: { factors: [{ method: 'otp', recovery: true }] },
      trusted: false,
    },
    {
      name: 'a recovery code and a password',
      proof: { factors: [{ method: 'otp', recovery: true }, { method: 'pwd' }] },
      trusted: false,
    },
    {
      name: 'a code that is too old',
      proof: { factors: [{ method: 'otp', at: 1 }] },
      trusted: false,
    },
  ])('by $name is given: $trusted (T5)', async ({ proof, trusted }) => {
    await browser.stepUp({ rememberDevice: true, ...proof })
    expect(browser.deviceCookie() !== undefined).toBe(trusted)
    expect(await shop.guard.devices.list('alice')).toHaveLength(trusted ? 1 : 0)
  })

  it.each(['pwd', 'pin', 'kba', 'geo', 'rba', 'user', 'password', 'email', 'x'])(
    'is never given by %s alone, though it meets the rule',
    async (method) => {
      await shop.close()
      const anyProof = { ...moneyRule(['remembered']), require: { maxAgeSeconds: 900 } }
      shop = openShop({ compiled: buildPolicy({ rules: [anyProof] }) })
      browser = openBrowser(shop, { ...passwordLogin(shop), authTime: undefined })
      const reply = await browser.stepUp({ factors: [{ method }], rememberDevice: true })
      expect(reply.status).toBe(303)
      expect(browser.deviceCookie()).toBeUndefined()
      expect(shop.logged.some(({ message }) => message.includes('none of the factors'))).toBe(true)
    },
  )

  it('is not given where the challenge brought too little', async () => {
    browser.login = { ...passwordLogin(shop), amr: [] }
    await browser.stepUp({ rememberDevice: true })
    expect(browser.deviceCookie()).toBeUndefined()
  })

  it('is not given by GET, nor by another site (law 10)', async () => {
    const ticket = await browser.ticketFor('transfer.create')
    const proof = { factors: OTP, rememberDevice: true }
    const refused: [object, number][] = [
      [{ method: 'GET' }, 405],
      [{ method: 'HEAD' }, 405],
      [{ method: 'PUT' }, 405],
      [{ headers: { 'sec-fetch-site': 'cross-site' } }, 403],
      [{ headers: { 'sec-fetch-site': 'same-site' } }, 403],
      [{ headers: { 'sec-fetch-site': undefined, origin: undefined } }, 403],
      [{ headers: { origin: 'https://evil.example' } }, 403],
    ]
    for (const [asking, status] of refused)
      expect((await browser.complete(ticket, proof, asking)).status, JSON.stringify(asking)).toBe(
        status,
      )
    expect([...browser.cookies.keys()]).toEqual([])
    expect((await browser.complete(ticket, proof)).status).toBe(303)
    expect(browser.deviceCookie()).toBeDefined()
  })

  it('is not given without a durable record; the challenge counts all the same', async () => {
    const ticket = await browser.ticketFor('transfer.create')
    shop.backend.faults.audit = true
    const reply = await browser.complete(ticket, { factors: OTP, rememberDevice: true })
    expect(reply.status).toBe(303)
    expect(browser.deviceCookie()).toBeUndefined()
    expect(await browser.outcome('transfer.create')).toBe('pass')
    expect(await shop.guard.devices.list('alice')).toEqual([])
  })

  it('is recorded with the device and the activation, and without a secret (T30)', async () => {
    await browser.stepUp({ rememberDevice: true })
    const secrets = [...browser.cookies.values()]
    await shop.close()
    const records = shop.backend.records()
    const [given] = records.filter(({ entry }) => entry.type === 'device')
    expect(given?.entry).toMatchObject({ subject: 'alice', what: 'trusted', activation: '1:1' })
    const text = JSON.stringify(records)
    for (const secret of [...secrets, 'alice-1']) expect(text).not.toContain(secret)
  })

  it('is not given by a policy that has no opt-out for it', async () => {
    await shop.close()
    shop = openShop({ compiled: buildPolicy({ optOuts: {}, rules: [moneyRule([])] }) })
    browser = openBrowser(shop, passwordLogin(shop))
    await browser.stepUp({ rememberDevice: true })
    expect(browser.deviceCookie()).toBeUndefined()
  })

  it('is not given by an instance that became stale while it was recorded', async () => {
    const ticket = await browser.ticketFor('transfer.create')
    shop.backend.faults.beforeRecord = () => {
      shop.backend.faults.beforeRecord = undefined
      shop.backend.hold(true)
      shop.clock.advance(11_000)
    }
    await browser.complete(ticket, { factors: OTP, rememberDevice: true })
    expect(browser.deviceCookie()).toBeUndefined()
    shop.backend.hold(false)
    await shop.pass(10)
    expect(await shop.guard.devices.list('alice')).toEqual([])
  })
})

describe('a proof that is none is the mistake of the app', () => {
  it.each<{ name: string; proof: Proof }>([
    { name: 'no factors', proof: { factors: [] } },
    { name: 'factors that are no list', proof: { factors: 'otp' as never } },
    { name: 'too many', proof: { factors: Array.from({ length: 9 }, () => ({ method: 'otp' })) } },
    { name: 'no method', proof: { factors: [{ method: '' }] } },
    { name: 'a method in capitals', proof: { factors: [{ method: 'OTP' }] } },
    { name: 'a time that is none', proof: { factors: [{ method: 'otp', at: Number.NaN }] } },
    { name: 'a date that is none', proof: { factors: [{ method: 'otp', at: new Date('x') }] } },
    { name: 'no new session', proof: { factors: [{ method: 'otp' }], newSession: '' } },
    {
      name: 'a new session that is none',
      proof: { factors: [{ method: 'otp' }], newSession: {} as never },
    },
  ])('$name', async ({ proof }) => {
    const ticket = await browser.ticketFor('transfer.create')
    await expect(browser.complete(ticket, proof)).rejects.toThrow(TypeError)
    expect([...browser.cookies.keys()]).toEqual([])
    // and it costs no ticket
    expect((await browser.complete(ticket, { factors: [{ method: 'otp' }] })).status).toBe(303)
  })
})
