// A person's own list of trusted targets: who may put what on it, what it answers, and what ends it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OptOut } from '../../src/policy/compiled-policy.ts'
import { buildPolicy, DAY, MINUTE, moneyRule } from '../support/build-policy.ts'
import {
  type Browser,
  openBrowser,
  openShop,
  passwordLogin,
  type Shop,
  whyNot,
} from '../support/shop.ts'

const KNOWN: OptOut = {
  kind: 'trusted-target',
  of: 'payee',
  overallMs: 30 * DAY,
  riskBelow: 'MEDIUM',
}
const policy = (known: OptOut = KNOWN) =>
  buildPolicy({ optOuts: { known }, rules: [moneyRule(['known'])] })
const TO_LANDLORD = { resource: { amount: 500, payee: 'landlord' } }
const TO_THIEF = { resource: { amount: 500, payee: 'thief' } }

let shop: Shop
let browser: Browser
beforeEach(() => {
  shop = openShop({ compiled: policy() })
  browser = openBrowser(shop, passwordLogin(shop))
})
afterEach(() => shop.close())

const add = (target: unknown = 'landlord', asking = {}, optOut = 'known') =>
  shop.guard.addTarget(browser.incoming(asking), optOut, target)
/** Puts the landlord on the list, and signs in anew: nothing but the list speaks for it. */
async function listed(): Promise<string> {
  await browser.stepUp()
  const added = await add()
  if (!added.added) throw new Error(added.because)
  await signInAnew()
  return added.id
}
async function signInAnew(): Promise<void> {
  await shop.pass(MINUTE)
  browser.cookies.clear()
  browser.login = passwordLogin(shop, 'alice', `alice-${shop.clock.now()}`)
}

describe('a target on the list', () => {
  it('answers for itself and for no other, in any login', async () => {
    await listed()
    expect(await browser.outcome('transfer.create', TO_LANDLORD)).toBe('opt-out known')
    const other = await browser.ask('transfer.create', TO_THIEF)
    expect(whyNot(other, 'known')).toBe('target_absent')
  })

  it('answers nobody else', async () => {
    await listed()
    const bob = openBrowser(shop, passwordLogin(shop, 'bob'))
    expect(whyNot(await bob.ask('transfer.create', TO_LANDLORD), 'known')).toBe('target_absent')
  })

  it('is shown, and taken off without a proof; what a client makes of its id is no error', async () => {
    const id = await listed()
    const addedAt = shop.clock.now() - MINUTE
    const entry = { id, optOut: 'known', target: 'landlord', addedAt, endsAt: addedAt + 30 * DAY }
    expect(await shop.guard.targets.list('alice')).toEqual([entry])
    expect(await shop.guard.targets.list('bob')).toEqual([])
    for (const none of ['', '../x', 'x'.repeat(43)]) await shop.guard.targets.remove('alice', none)
    await shop.guard.targets.remove('bob', id)
    expect(await shop.guard.targets.list('alice')).toHaveLength(1)
    await shop.guard.targets.remove('alice', id)
    expect(await shop.guard.targets.list('alice')).toEqual([])
    expect(whyNot(await browser.ask('transfer.create', TO_LANDLORD), 'known')).toBe('target_absent')
  })

  it('holds up to its limit, and no longer', async () => {
    await listed()
    await shop.pass(30 * DAY - MINUTE)
    browser.login = passwordLogin(shop)
    expect(await browser.outcome('transfer.create', TO_LANDLORD)).toBe('opt-out known')
    await shop.pass(1)
    expect(await browser.outcome('transfer.create', TO_LANDLORD)).toMatch(/^challenge/)
    expect(await shop.guard.targets.list('alice')).toEqual([])
  })

  it('ends with a credential event (T4), and with the activation that it was given under', async () => {
    await listed()
    await shop.guard.credentialChanged('alice', 'password-changed')
    const after = await browser.ask('transfer.create', TO_LANDLORD)
    expect(whyNot(after, 'known')).toBe('target_revoked')
    expect(await shop.guard.targets.list('alice')).toEqual([])

    await signInAnew()
    await browser.stepUp()
    expect(await add()).toMatchObject({ added: true })
    await signInAnew()
    const [inForce] = (await shop.guard.operator.history()).activations
    await shop.guard.operator.recall(inForce?.activation ?? '0:0', { by: 'ann', why: 'a mistake' })
    const recalled = await browser.ask('transfer.create', TO_LANDLORD)
    expect(whyNot(recalled, 'known')).toBe('target_recalled')
  })

  it('keeps the stricter of its limits when the policy becomes looser', async () => {
    await listed()
    const looser = policy({ ...KNOWN, kind: 'trusted-target', of: 'payee', overallMs: 300 * DAY })
    await shop.guard.operator.activate(looser, { by: 'ann', why: 'longer' })
    await shop.pass(31 * DAY)
    browser.login = passwordLogin(shop)
    expect(await browser.outcome('transfer.create', TO_LANDLORD)).toMatch(/^challenge/)
  })

  it('is no answer while the store cannot be read, nor where the target is unknown', async () => {
    await listed()
    const unknown = { resource: { amount: 500 } }
    expect(whyNot(await browser.ask('transfer.create', unknown), 'known')).toBe('target_unknown')
    shop.backend.faults.store = true
    const failed = await browser.ask('transfer.create', TO_LANDLORD)
    expect(whyNot(failed, 'known')).toBe('store_unavailable')
  })

  it('is left to the handler by a proxy', async () => {
    await listed()
    const asking = { ...TO_LANDLORD, mode: 'proxy' } as const
    expect(await browser.outcome('transfer.create', asking)).toBe('deferred opt-out')
  })
})

describe('putting a target on the list', () => {
  it('takes a step-up (T15): a password is none, nor is an opt-out', async () => {
    expect(await add()).toEqual({ added: false, because: 'step_up_needed' })
    await listed()
    expect(await browser.outcome('transfer.create', TO_LANDLORD)).toBe('opt-out known')
    expect(await add('thief')).toEqual({ added: false, because: 'step_up_needed' })
  })

  it('takes a fresh one', async () => {
    await browser.stepUp()
    await shop.pass(15 * MINUTE)
    expect(await add()).toMatchObject({ added: true })
    await shop.pass(1)
    expect(await add()).toEqual({ added: false, because: 'step_up_needed' })
  })

  it.each([
    { name: 'a GET', asking: { method: 'GET' }, because: 'not_post' },
    { name: 'a PUT', asking: { method: 'PUT' }, because: 'not_post' },
    {
      name: 'a form of another site',
      asking: { headers: { 'sec-fetch-site': 'cross-site' } },
      because: 'not_same_origin',
    },
    {
      name: 'nothing that proves where it comes from',
      asking: { headers: { 'sec-fetch-site': undefined } },
      because: 'not_same_origin',
    },
  ])('refuses $name', async ({ asking, because }) => {
    await browser.stepUp()
    expect(await add('landlord', asking)).toEqual({ added: false, because })
    expect(await shop.guard.targets.list('alice')).toEqual([])
  })

  it('refuses an opt-out that is none, and a target that the policy would not know', async () => {
    await browser.stepUp()
    for (const name of ['small', '', 'constructor', '__proto__'])
      expect(await add('landlord', {}, name)).toEqual({ added: false, because: 'opt_out_unknown' })
    for (const target of [null, 7, {}, ['landlord'], 'x'.repeat(65)])
      expect(await add(target)).toEqual({ added: false, because: 'target_malformed' })
  })

  it('refuses nobody, and whoever cannot be told', async () => {
    browser.login = undefined
    expect(await add()).toEqual({ added: false, because: 'not_signed_in' })
    browser.login = () => {
      throw new Error('the session store is down')
    }
    expect(await add()).toEqual({ added: false, because: 'unavailable' })
  })

  it('ends at a hundred; one that is there already may be renewed', async () => {
    await browser.stepUp()
    for (let at = 0; at < 100; at++) expect(await add(`payee ${at}`)).toMatchObject({ added: true })
    expect(await add('one more')).toEqual({ added: false, because: 'list_full' })
    expect(await add('payee 7')).toMatchObject({ added: true })
  })

  it('leaves nothing without a record', async () => {
    await browser.stepUp()
    shop.backend.faults.audit = true
    await expect(add()).rejects.toThrow()
    expect(await shop.guard.targets.list('alice')).toEqual([])
  })

  it('gives nothing while stale', async () => {
    await browser.stepUp()
    shop.clock.advance(11_000)
    expect(await add()).toEqual({ added: false, because: 'unavailable' })
  })
})
