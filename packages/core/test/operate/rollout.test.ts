// Rollouts on the real engine: a candidate that is watched, one that decides for a share, and what becomes of both
// (laws 4, 7, 9, 11, 13).
import { afterEach, describe, expect, it } from 'vitest'
import type { CompiledPolicy } from '../../src/policy/compiled-policy.ts'
import { createDeriver } from '../../src/replay/create-deriver.ts'
import {
  allowance,
  buildPolicy,
  DAY,
  HOUR,
  MINUTE,
  moneyRule,
  trustedDevice,
} from '../support/build-policy.ts'
import { openBrowser, openShop, passwordLogin, type Shop } from '../support/shop.ts'

const ann = { by: 'ann', why: 'because' }
const money = (optOuts: readonly string[]) =>
  buildPolicy({
    name: optOuts.join(' ') || 'strict',
    optOuts: { remembered: trustedDevice(), small: allowance() },
    rules: [moneyRule(optOuts)],
  })
const strict = money([])
const devices = money(['remembered'])
const small = money(['small'])
const SMALL = { resource: { amount: 20, payee: 'landlord' } }
const PEOPLE = Array.from({ length: 100 }, (_, index) => `person-${index}`)

let shop: Shop
afterEach(() => shop.close())

async function open(compiled: CompiledPolicy = strict): Promise<Shop['guard']['operator']> {
  shop = openShop({ compiled })
  await shop.guard.ready()
  return shop.guard.operator
}

const alice = () => openBrowser(shop, passwordLogin(shop))

async function waived(): Promise<readonly string[]> {
  const found: string[] = []
  for (const subject of PEOPLE) {
    const browser = openBrowser(shop, passwordLogin(shop, subject))
    if ((await browser.outcome('transfer.create', SMALL)).startsWith('opt-out')) found.push(subject)
  }
  return found
}

function entries(type: string) {
  return shop.backend
    .records()
    .map(({ entry }) => entry)
    .filter((entry) => entry.type === type)
}

describe('a policy that is watched', () => {
  it('decides nothing and spends nothing; each difference is recorded, once', async () => {
    const operator = await open()
    const tried = await operator.rollout(small, { ...ann, plan: 'shadow' })
    expect(tried).toMatchObject({ kind: 'shadow', percent: 0, steps: [], rollout: '1:2' })
    const browser = alice()
    for (let times = 0; times < 7; times++)
      expect(await browser.outcome('transfer.create', SMALL)).toBe('challenge acr_too_low')
    expect(await browser.outcome('account.view')).toBe('pass')
    await expect
      .poll(() => shop.guard.health().rollout?.observed)
      .toEqual({ rollout: '1:2', decided: 8, differ: { 'challenge→opt-out': 7 } })
    for await (const entry of shop.backend.store().list('allowance', 'alice'))
      expect.unreachable(`spent: ${entry.key.join(' ')}`)
    await shop.close()
    const decisions = entries('decision')
    expect(decisions.map((entry) => entry['revision'])).toEqual(
      Array.from({ length: 8 }, () => strict.revision),
    )
    expect(entries('shadow')).toHaveLength(7)
    expect(entries('shadow')[0]).toMatchObject({
      ...{ subject: 'alice', live: 'challenge', outcome: 'opt-out', optOuts: ['small'] },
      ...{ decision: decisions[0]?.id, rollout: '1:2', revision: small.revision },
    })
  })

  it('binds no device, and takes one that nobody checked yet for what it says', async () => {
    const calm = { acr: 'aal1', maxAgeSeconds: 3600 }
    const operator = await open(devices)
    const browser = alice()
    await browser.stepUp({ rememberDevice: true })
    await operator.activate(buildPolicy({ rules: [{ ...moneyRule([]), require: calm }] }), ann)
    await operator.rollout(devices, { ...ann, plan: 'shadow' })
    browser.login = passwordLogin(shop, 'alice', 'alice-2')
    const before = new Map(browser.cookies)
    expect(await browser.outcome('transfer.create')).toBe('pass')
    expect(browser.cookies).toEqual(before)
    await shop.close()
    expect(entries('shadow')).toMatchObject([
      { live: 'pass', outcome: 'opt-out', optOuts: ['remembered'] },
    ])
  })

  it('holds switches, and a request from elsewhere, against it too', async () => {
    const operator = await open()
    await operator.rollout(small, { ...ann, plan: 'shadow' })
    await operator.suspend('opt-out:small', ann)
    await alice().outcome('transfer.create', SMALL)
    await operator.resume('opt-out:small', ann)
    await alice().outcome('transfer.create', {
      ...SMALL,
      headers: { 'sec-fetch-site': 'cross-site' },
    })
    await alice().outcome('transfer.create', { ...SMALL, headers: { 'sec-purpose': 'prefetch' } })
    await shop.close()
    expect(entries('shadow')).toEqual([])
  })

  it('is not asked where a proxy looks, and is promoted as it is', async () => {
    const operator = await open()
    await operator.rollout(small, { ...ann, plan: 'shadow' })
    await alice().outcome('transfer.create', { ...SMALL, mode: 'proxy' })
    const active = await operator.promote(ann)
    expect(active).toMatchObject({ kind: 'promote', inForce: true, activation: '1:3' })
    expect(await alice().outcome('transfer.create', SMALL)).toBe('opt-out small')
    await shop.close()
    expect(entries('shadow')).toEqual([])
  })
})

describe('a policy that decides for a share', () => {
  it('decides for the same people at every request, for more as it widens, and for all in the end', async () => {
    const operator = await open()
    await operator.rollout(small, { ...ann, plan: [{ percent: 10 }] })
    const first = await waived()
    expect(first.length).toBeGreaterThan(0)
    expect(first.length).toBeLessThan(35)
    expect(await waived()).toEqual(first)
    await operator.widen({ ...ann, steps: [{ percent: 40 }] })
    const second = await waived()
    expect(second.length).toBeGreaterThan(first.length)
    expect(second).toEqual(expect.arrayContaining([...first]))
    await operator.widen({ ...ann, steps: [{ percent: 100 }] })
    expect(await waived()).toEqual(PEOPLE)
  })

  it('goes through its steps by the clock alone, and stands still where it was frozen', async () => {
    const operator = await open()
    const steps = [{ percent: 1, forMs: HOUR }, { percent: 10, forMs: DAY }, { percent: 50 }]
    const begun = await operator.rollout(small, { ...ann, plan: steps })
    expect(begun).toMatchObject({ percent: 1, nextStepAt: shop.clock.now() + HOUR })
    const percent = () => shop.guard.health().rollout?.percent
    await shop.pass(HOUR - 1)
    expect(percent()).toBe(1)
    await shop.pass(1)
    expect(percent()).toBe(10)
    expect((await operator.freeze(ann)).frozenAt).toBe(shop.clock.now())
    await shop.pass(3 * DAY)
    expect(percent()).toBe(10)
    // by hand it goes on
    await operator.widen({ ...ann, steps: [{ percent: 20, forMs: HOUR }, { percent: 30 }] })
    expect(percent()).toBe(20)
    await shop.pass(HOUR)
    expect(percent()).toBe(30)
    const { rollouts } = await operator.history()
    expect(rollouts[0]?.nextStepAt).toBeUndefined()
  })

  it('stands still on an instance that hears nothing (law 6)', async () => {
    const operator = await open()
    await operator.rollout(small, { ...ann, plan: [{ percent: 1, forMs: HOUR }, { percent: 100 }] })
    await shop.pass(0)
    shop.backend.hold(true)
    shop.clock.advance(2 * HOUR)
    expect(shop.guard.health()).toMatchObject({ stale: true, rollout: { percent: 1 } })
    shop.backend.hold(false)
    await shop.pass(0)
    expect(shop.guard.health()).toMatchObject({ stale: false, rollout: { percent: 100 } })
  })

  it('its decisions say whose they are, and derive by the candidate (law 9)', async () => {
    const operator = await open()
    const { rollout } = await operator.rollout(small, { ...ann, plan: [{ percent: 100 }] })
    expect(await alice().outcome('transfer.create', SMALL)).toBe('opt-out small')
    expect((await operator.policy(small.revision))?.revision).toBe(small.revision)
    await shop.close()
    const [entry] = entries('decision')
    expect(entry).toMatchObject({ revision: small.revision, activation: rollout })
    expect(createDeriver(small)(entry ?? { type: 'gap', at: 0 })).toEqual({ is: 'same' })
  })

  it('ends at once: what is asked meanwhile is not waived any more', async () => {
    const operator = await open()
    await operator.rollout(small, { ...ann, plan: [{ percent: 100 }] })
    const { faults } = shop.backend
    faults.beforeRecord = async () => {
      faults.beforeRecord = undefined
      // the record of the abort waits behind this one
      operator.abort(ann).catch(() => {})
      await expect.poll(() => shop.guard.health().rollout).toBe(null)
    }
    expect(await alice().outcome('transfer.create', SMALL)).toBe('challenge acr_too_low feed_stale')
  })
})

describe('what was granted while a policy was tried', () => {
  async function remembered(): Promise<ReturnType<typeof alice>> {
    const browser = alice()
    await browser.stepUp({ rememberDevice: true })
    browser.login = passwordLogin(shop, 'alice', 'alice-2')
    browser.cookies.delete('__Host-evidence')
    return browser
  }
  const tryAll = { ...ann, plan: [{ percent: 100 }] }

  it.each([
    { name: 'an abort that recalls', recall: true, outcome: /^challenge/ },
    { name: 'an abort that does not', recall: false, outcome: /^opt-out remembered/ },
  ])('under $name', async ({ recall, outcome }) => {
    const operator = await open(devices)
    await operator.rollout(buildPolicy({ ...devices, name: 'candidate' }), tryAll)
    const browser = await remembered()
    expect(await browser.copy().outcome('transfer.create')).toBe('opt-out remembered')
    const ended = await operator.abort({ ...ann, recall })
    expect(ended).toMatchObject({ ended: 'aborted', recalled: recall, percent: 0 })
    expect(await browser.outcome('transfer.create')).toMatch(outcome)
  })

  it.each(['promoted', 'tried'] as const)(
    'ends by a recall of the activation %s',
    async (which) => {
      const operator = await open(strict)
      const { rollout } = await operator.rollout(devices, tryAll)
      const browser = await remembered()
      const { activation } = await operator.promote(ann)
      expect(await browser.outcome('transfer.create')).toBe('opt-out remembered')
      await operator.recall(which === 'promoted' ? activation : rollout, ann)
      expect(await browser.outcome('transfer.create')).toMatch(/^challenge/)
    },
  )

  it('ends by a rollback that recalls, to what was before it', async () => {
    const operator = await open(devices)
    await operator.rollout(buildPolicy({ ...devices, name: 'candidate' }), tryAll)
    const browser = await remembered()
    // the rollout is what came last: its end is what a rollback without a target asks for
    const back = await operator.rollback({ ...ann, recall: true })
    expect(back).toMatchObject({ name: 'remembered', kind: 'rollback' })
    expect((await operator.history()).rollouts).toMatchObject([
      { ended: 'aborted', recalled: true },
    ])
    expect(await browser.outcome('transfer.create')).toMatch(/^challenge/)
  })
})

describe('is refused', () => {
  it.each([
    { name: 'no steps', plan: [] },
    { name: 'no share', plan: [{ percent: 0 }] },
    { name: 'more than all', plan: [{ percent: 101 }] },
    { name: 'steps that do not widen', plan: [{ percent: 10, forMs: 1 }, { percent: 10 }] },
    { name: 'a step without end before another', plan: [{ percent: 1 }, { percent: 10 }] },
    { name: 'an end after the last', plan: [{ percent: 1, forMs: 5 }] },
    { name: 'what are no steps', plan: 'wide' as never },
  ])('with $name', async ({ plan }) => {
    const operator = await open()
    await expect(operator.rollout(small, { ...ann, plan })).rejects.toMatchObject({
      code: 'steps_malformed',
    })
  })

  it.each(['widen', 'freeze', 'promote', 'abort'] as const)(
    '%s where nothing is tried',
    async (act) => {
      const operator = await open()
      await expect(operator[act]({ ...ann, steps: [{ percent: 5 }] })).rejects.toMatchObject({
        code: 'no_rollout',
      })
    },
  )

  it('a candidate without an action to which the policy in force routes: it could only refuse', async () => {
    const routes = [{ methods: ['GET'], path: '/site', action: 'site.view' }]
    const operator = await open(buildPolicy({ ...strict, routes }))
    const { 'site.view': _, ...actions } = strict.actions as Exclude<typeof strict.actions, 'any'>
    const narrow = buildPolicy({ name: 'narrow', rules: [moneyRule([])], actions })
    await expect(operator.rollout(narrow, { ...ann, plan: 'shadow' })).rejects.toMatchObject({
      code: 'action_uncovered',
      message: expect.stringContaining('site.view'),
    })
  })

  it('a second one, a share for one that is watched, and one that uncovers an action', async () => {
    const operator = await open()
    shop.guard.nameAction('transfer.create')
    await expect(
      operator.rollout(buildPolicy({ rules: [] }), { ...ann, plan: 'shadow' }),
    ).rejects.toMatchObject({ code: 'action_uncovered' })
    await operator.rollout(small, { ...ann, plan: 'shadow' })
    await expect(operator.rollout(small, { ...ann, plan: 'shadow' })).rejects.toMatchObject({
      code: 'rollout_running',
      message: expect.stringContaining('1:2'),
    })
    await expect(operator.widen({ ...ann, steps: [{ percent: 5 }] })).rejects.toMatchObject({
      code: 'rollout_shadowed',
    })
  })

  it('without a name, and while the audit log cannot be written', async () => {
    const operator = await open()
    await expect(
      operator.rollout(small, { by: '', why: 'x', plan: 'shadow' }),
    ).rejects.toMatchObject({ code: 'not_signed' })
    shop.backend.faults.audit = true
    await alice().outcome('transfer.create')
    await expect.poll(() => shop.guard.health().audit.ok).toBe(false)
    await expect(operator.rollout(small, { ...ann, plan: 'shadow' })).rejects.toMatchObject({
      code: 'audit_unavailable',
    })
    shop.backend.faults.audit = false
  })
})

it('an activation takes the place of what is tried; a switch may name what only the candidate has', async () => {
  const operator = await open(buildPolicy({ optOuts: {}, rules: [moneyRule([])] }))
  await operator.rollout(small, { ...ann, plan: [{ percent: 100 }] })
  expect(await alice().outcome('transfer.create', SMALL)).toBe('opt-out small')
  await operator.suspend('opt-out:small', { ...ann, until: new Date(shop.clock.now() + MINUTE) })
  expect(await alice().outcome('transfer.create', SMALL)).toBe('challenge acr_too_low')
  await operator.activate(devices, ann)
  const { rollouts, activations } = await operator.history()
  expect(rollouts).toMatchObject([{ ended: 'superseded', name: 'small' }])
  expect(activations[0]).toMatchObject({ name: 'remembered', inForce: true })
})
