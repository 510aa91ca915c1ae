// The operator on the real engine: signed acts, what is refused, who was first, and what decisions make of it (laws 11, 12; T25, T26, T50).
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildPolicy, DAY, MINUTE, moneyRule } from '../support/build-policy.ts'
import { type Browser, openBrowser, openShop, passwordLogin, type Shop } from '../support/shop.ts'

const ann = { by: 'ann', why: 'because' }
const stricter = buildPolicy({
  name: 'stricter',
  rules: [
    { id: 'account', actions: ['*'], require: { acr: 'aal2', maxAgeSeconds: 60 }, optOuts: [] },
  ],
})

let shop: Shop
let browser: Browser
beforeEach(async () => {
  shop = openShop()
  browser = openBrowser(shop, passwordLogin(shop))
  await shop.guard.ready()
})
afterEach(() => shop.close())

describe('every act', () => {
  const operator = () => shop.guard.operator
  it.each([
    { name: 'no name', signed: { by: '', why: 'x' } },
    { name: 'a blank name', signed: { by: ' ', why: 'x' } },
    { name: 'no reason', signed: { by: 'ann', why: '' } },
    { name: 'neither', signed: {} as never },
    { name: 'a name that is none', signed: { by: 7 as never, why: 'x' } },
    { name: 'a reason without end', signed: { by: 'ann', why: 'x'.repeat(501) } },
  ])('is refused with $name, and changes nothing (T50)', async ({ signed }) => {
    const before = await operator().history()
    const first = before.activations[0]?.activation ?? '0:0'
    const acts = [
      () => operator().activate(stricter, signed),
      () => operator().rollback({ ...signed, to: first }),
      () => operator().recall(first, signed),
      () => operator().suspend('opt-outs', signed),
    ]
    for (const act of acts) await expect(act()).rejects.toMatchObject({ code: 'not_signed' })
    expect(await operator().history()).toEqual(before)
  })

  it('holds in the very next decision, and is recorded with who, when and why', async () => {
    expect(await browser.outcome('account.view')).toBe('pass')
    await operator().activate(stricter, ann)
    expect(await browser.outcome('account.view')).toBe('challenge acr_too_low')
    await operator().rollback(ann)
    expect(await browser.outcome('account.view')).toBe('pass')
    await shop.close()
    const changes = shop.backend
      .records()
      .filter(({ entry }) => entry.type === 'change' && entry['by'] === 'ann')
    expect(changes.map(({ entry }) => entry)).toMatchObject([
      { topic: 'policy', why: 'because', change: { kind: 'activate', name: 'stricter' } },
      { topic: 'policy', why: 'because', change: { kind: 'rollback' } },
    ])
    for (const { entry } of changes) expect(entry.at).toBe(shop.clock.now())
  })
})

describe('activate', () => {
  it('never renews an enrollment grace, under another name neither; a rollback brings back what was', async () => {
    const now = shop.clock.now()
    const until = (days: number, name = 'new') =>
      buildPolicy({
        name: `grace of ${days} days`,
        optOuts: {
          [name]: {
            kind: 'enrollment-grace',
            claim: 'enrolled',
            until: now + days * DAY,
            riskBelow: 'HIGH',
          },
        },
        rules: [moneyRule([name])],
      })
    const { operator } = shop.guard
    await operator.activate(until(20), ann)
    for (const name of ['new', 'newer'])
      await expect(operator.activate(until(21, name), ann)).rejects.toMatchObject({
        code: 'grace_renewed',
        message: expect.stringContaining(new Date(now + 20 * DAY).toISOString()),
      })
    await operator.activate(until(10), ann)
    // what came in between does not bring it back
    await operator.activate(buildPolicy({ name: 'none' }), ann)
    await expect(operator.activate(until(20), ann)).rejects.toMatchObject({ code: 'grace_renewed' })
    await operator.activate(until(9), ann)
    const { activations } = await operator.history()
    const first = activations.find(({ name }) => name === 'grace of 20 days')
    await operator.rollback({ ...ann, to: first?.activation ?? '0:0' })
    expect((await operator.history()).activations[0]?.name).toBe('grace of 20 days')
  })

  it('is refused where it uncovers an action that a guard uses', async () => {
    shop.guard.nameAction('transfer.create')
    const uncovering = buildPolicy({ name: 'gap', rules: [] })
    await expect(shop.guard.operator.activate(uncovering, ann)).rejects.toMatchObject({
      code: 'action_uncovered',
      message: expect.stringContaining('transfer.create'),
    })
    const conditional = {
      ...moneyRule(),
      when: { source: 'true', tree: { op: 'literal' as const, value: true }, reads: NOTHING },
    }
    const denying = { id: 'no', actions: ['*'], deny: true as const, optOuts: [] }
    for (const rules of [[conditional], [denying]])
      await expect(shop.guard.operator.activate(buildPolicy({ rules }), ann)).rejects.toMatchObject(
        { code: 'action_uncovered' },
      )
    await expect(
      shop.guard.operator.activate(buildPolicy({ actions: {}, rules: [moneyRule()] }), ann),
    ).rejects.toMatchObject({ code: 'action_uncovered' })
    expect((await shop.guard.operator.history()).activations).toHaveLength(1)
  })

  it('is refused where a threat model counts what nothing provides', async () => {
    const levels = { MEDIUM: 0.3, HIGH: 0.7 }
    const counting = (code: string) =>
      buildPolicy({ threatModels: { calm: { bias: 0, signals: { [code]: 1 }, levels } } })
    await expect(shop.guard.operator.activate(counting('typo'), ann)).rejects.toMatchObject({
      code: 'signal_without_source',
    })
    for (const code of ['velocity', 'new-device', 'device-reuse', 'account-disabled', 'cold-start'])
      await shop.guard.operator.activate(counting(code), ann)
  })

  it('by two at once lets one through and tells the other', async () => {
    const results = await Promise.allSettled(
      ['one', 'two', 'three'].map((name) =>
        shop.guard.operator.activate(buildPolicy({ name }), ann),
      ),
    )
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const result of results)
      if (result.status === 'rejected') expect(String(result.reason)).toContain('came first')
    expect((await shop.guard.operator.history()).activations).toHaveLength(2)
  })

  it('that fails leaves the last good policy in force, and can be tried again (T26)', async () => {
    const broken = { ...stricter, rules: [{ ...moneyRule(), when: { tree: { op: 'no-such' } } }] }
    await expect(shop.guard.operator.activate(broken as never, ann)).rejects.toThrow()
    expect(await browser.outcome('account.view')).toBe('pass')
    await shop.guard.operator.activate(stricter, ann)
    expect(await browser.outcome('account.view')).toBe('challenge acr_too_low')
  })
})

describe('rollback', () => {
  it('decides as the earlier revision did, and each further one goes further back (T25)', async () => {
    const { operator } = shop.guard
    const first = (await operator.history()).activations[0]
    await operator.activate(stricter, ann)
    await operator.activate(buildPolicy({ name: 'third' }), ann)
    expect((await operator.rollback(ann)).revision).toBe(stricter.revision)
    expect(await browser.outcome('account.view')).toBe('challenge acr_too_low')
    expect((await operator.rollback(ann)).revision).toBe(first?.revision)
    const checked = await browser.ask('account.view')
    expect(checked.is === 'proceed' && checked.decision.revision).toBe(first?.revision)
    await expect(operator.rollback(ann)).rejects.toMatchObject({ code: 'nothing_to_roll_back_to' })
    await expect(operator.rollback({ ...ann, to: '1:99' })).rejects.toMatchObject({
      code: 'nothing_to_roll_back_to',
    })
  })

  it('ends the grants of what it takes back only where it recalls', async () => {
    const { operator } = shop.guard
    await operator.activate(buildPolicy({ name: 'second' }), ann)
    await browser.stepUp({ rememberDevice: true })
    await shop.pass(20 * MINUTE)
    browser.login = passwordLogin(shop, 'alice', 'alice-2')
    await operator.rollback(ann)
    expect(await browser.outcome('transfer.create')).toBe('opt-out remembered')
    const { activations } = await operator.history()
    await operator.rollback({ ...ann, to: activations.at(-1)?.activation ?? '0:0', recall: true })
    expect(await browser.outcome('transfer.create')).toMatch(/^challenge/)
    expect((await operator.history()).activations.map((one) => one.recalled)).toEqual([
      false,
      true,
      true,
      false,
    ])
  })

  it('is refused where it would uncover an action', async () => {
    const { operator } = shop.guard
    await operator.activate(buildPolicy({ name: 'bare', rules: [moneyRule()] }), ann)
    await operator.activate(buildPolicy({ name: 'full' }), ann)
    shop.guard.nameAction('account.view')
    await expect(operator.rollback(ann)).rejects.toMatchObject({ code: 'action_uncovered' })
  })
})

describe('a switch (law 11)', () => {
  const SMALL = { resource: { amount: 30, payee: 'baker' } }
  const threat = { about: 'a stolen password pays', controls: ['small sums'], accepted: true }

  beforeEach(async () => {
    const threats = { theft: { ...threat, optOuts: ['small', 'remembered'] } }
    await shop.guard.operator.activate(buildPolicy({ name: 'threats', threats }), ann)
  })

  it('of a threat leaves alone what is not exposed to it', async () => {
    const { operator } = shop.guard
    const threats = { theft: { ...threat, optOuts: ['remembered'] } }
    await operator.activate(buildPolicy({ name: 'other', threats }), ann)
    await operator.suspend('threat:theft', ann)
    expect(await browser.outcome('transfer.create', SMALL)).toBe('opt-out small')
    await expect(operator.suspend('threat:rain', ann)).rejects.toMatchObject({
      code: 'no_such_target',
    })
  })

  it.each([
    'opt-outs',
    'opt-out:small',
    'rule:money-out',
    'segment:everyone',
    'threat-model:calm',
    'threat:theft',
  ])('%s suspends the opt-outs behind it, and never step-up', async (target) => {
    expect(await browser.outcome('transfer.create', SMALL)).toBe('opt-out small')
    await shop.guard.operator.suspend(target as 'opt-outs', ann)
    expect(await browser.outcome('transfer.create', SMALL)).toBe('challenge acr_too_low')
    expect(await browser.outcome('account.view')).toBe('pass')
    expect(shop.guard.health().suspended).toMatchObject([{ target, ...ann }])
    await shop.guard.operator.resume(target as 'opt-outs', ann)
    expect(await browser.outcome('transfer.create', SMALL)).toBe('opt-out small')
  })

  it.each([
    'opt-out:small',
    'rule:money-out',
    'segment:everyone',
    'threat-model:calm',
    'opt-outs',
    'threat:theft',
  ])('%s that is thrown while the record is written is heard', async (target) => {
    shop.backend.faults.beforeRecord = async () => {
      shop.backend.faults.beforeRecord = undefined
      await shop.backend.feed().append({
        topic: 'switch',
        id: 'elsewhere',
        at: shop.clock.now(),
        ...ann,
        data: { kind: 'suspend', target: target as 'opt-outs' },
      })
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    expect(await browser.outcome('transfer.create', SMALL)).toMatch(/^challenge/)
  })

  it('ends at its time, which lies in the future', async () => {
    const { operator } = shop.guard
    const until = new Date(shop.clock.now() + DAY)
    await operator.suspend('opt-outs', { ...ann, until })
    await shop.pass(DAY - 1)
    browser.login = passwordLogin(shop)
    expect(await browser.outcome('transfer.create', SMALL)).toMatch(/^challenge/)
    await shop.pass(1)
    expect(await browser.outcome('transfer.create', SMALL)).toBe('opt-out small')
    for (const bad of [new Date(shop.clock.now()), new Date(Number.NaN)])
      await expect(operator.suspend('opt-outs', { ...ann, until: bad })).rejects.toMatchObject({
        code: 'end_in_past',
      })
  })

  it.each([
    '',
    'opt-out:',
    'opt-out:none',
    'rule:none',
    'segment:calm',
    'constructor',
    'opt-out:constructor',
  ])('is refused for %j, which is nothing of the policy', async (target) => {
    const { operator } = shop.guard
    await expect(operator.suspend(target as 'opt-outs', ann)).rejects.toMatchObject({
      code: 'no_such_target',
    })
    await expect(operator.resume(target as 'opt-outs', ann)).rejects.toMatchObject({
      code: 'not_suspended',
    })
  })
})

describe('the control socket’s commands', () => {
  it('read every argument as unknown', async () => {
    const handlers = shop.backend.handlers()
    if (handlers === undefined) throw new Error('not served')
    for (const [name, handler] of Object.entries(handlers)) {
      if (['history', 'health', 'keys.list'].includes(name)) continue
      for (const args of [undefined, null, 7, 'x', [], {}, { by: 'ann' }, { by: 1, why: 2 }])
        await expect(
          Promise.resolve().then(() => handler(args)),
          `${name} ${JSON.stringify(args)}`,
        ).rejects.toThrow()
    }
    expect((await shop.guard.operator.history()).activations).toHaveLength(1)
    expect(await handlers['health']?.({})).toMatchObject({ ok: true, stale: false })
  })
})

const NOTHING = { resource: [], claims: [], signals: [], facts: [] }
