// A second person: what is proposed begins only by somebody else's word, and where the policy in force asks for two, one alone
// only tightens (laws 4, 12).
import { afterEach, describe, expect, it } from 'vitest'
import { mayLoosen } from '../../../policy/src/compare/may-loosen.ts'
import { assertAloneTightens } from '../../src/operate/check-approval.ts'
import type { CompiledPolicy, OptOut } from '../../src/policy/compiled-policy.ts'
import { allowance, buildPolicy, DAY, moneyRule } from '../support/build-policy.ts'
import { makeKeys, sharedBackend } from '../support/shared-backend.ts'
import { openBrowser, openShop, passwordLogin, platformOf, type Shop } from '../support/shop.ts'

const ann = { by: 'ann', why: 'because' }
const bob = { by: 'bob', why: 'read it' }
const SMALL = { resource: { amount: 20, payee: 'landlord' } }
const policy = (name: string, optOuts: Record<string, OptOut> = {}): CompiledPolicy =>
  buildPolicy({ name, optOuts, rules: [moneyRule(Object.keys(optOuts))] })
const strict = policy('strict')
const small = policy('small', { small: allowance() })

let shop: Shop
afterEach(() => shop.close())

async function open(compiled: CompiledPolicy = strict) {
  shop = openShop({ compiled })
  await shop.guard.ready()
  return shop.guard.operator
}

const outcome = () => openBrowser(shop, passwordLogin(shop)).outcome('transfer.create', SMALL)

describe('a proposal', () => {
  it('changes nothing until somebody else approves it; the activation names both', async () => {
    const operator = await open()
    const { proposal } = await operator.propose(small, ann)
    expect((await operator.history()).proposals).toMatchObject([
      { proposal, name: 'small', kind: 'activate', by: 'ann' },
    ])
    expect(await outcome()).toMatch(/^challenge/)
    for (const by of ['ann', ' ANN ', 'ａｎｎ'])
      await expect(operator.approve(proposal, { by, why: 'w' })).rejects.toMatchObject({
        code: 'same_person',
      })
    expect(await outcome()).toMatch(/^challenge/)
    expect(await operator.approve(proposal, bob)).toMatchObject({
      ...{ name: 'small', kind: 'activate', by: 'ann', approvedBy: 'bob', inForce: true },
    })
    expect(await outcome()).toBe('opt-out small')
    expect((await operator.history()).proposals).toEqual([])
    await expect(operator.approve(proposal, bob)).rejects.toMatchObject({
      code: 'no_such_proposal',
    })
  })

  it('begins a rollout where it has a plan, and is gone where it is declined', async () => {
    const operator = await open()
    const first = await operator.propose(small, { ...ann, plan: [{ percent: 100 }] })
    await operator.decline(first.proposal, ann)
    await expect(operator.approve(first.proposal, bob)).rejects.toMatchObject({
      code: 'no_such_proposal',
    })
    const { proposal } = await operator.propose(small, { ...ann, plan: [{ percent: 100 }] })
    expect(await operator.approve(proposal, bob)).toMatchObject({ percent: 100, approvedBy: 'bob' })
    expect(await outcome()).toBe('opt-out small')
    const second = await operator.propose(small, { ...ann, plan: 'shadow' })
    await expect(operator.approve(second.proposal, bob)).rejects.toMatchObject({
      code: 'rollout_running',
    })
  })

  it('with a waiver needs the approver whom it names, unless it stood so before', async () => {
    const now = Date.now()
    const waiver: OptOut = {
      ...{ kind: 'waiver', networks: ['10.0.0.0/8'], until: now + DAY, riskBelow: 'HIGH' },
      when: { source: 'true', tree: { op: 'literal', value: true }, reads: NOTHING },
      ...{ owner: 'ann', approvedBy: 'Carol', ticket: 'SEC-1', reason: 'nightly' },
    }
    const operator = await open()
    const { proposal } = await operator.propose(policy('robot', { robot: waiver }), ann)
    await expect(operator.approve(proposal, bob)).rejects.toMatchObject({
      code: 'approver_missing',
      message: expect.stringContaining('Carol'),
    })
    await operator.approve(proposal, { by: 'carol', why: 'w' })
    const both = policy('both', { robot: waiver, small: allowance() })
    const next = await operator.propose(both, ann)
    expect(await operator.approve(next.proposal, bob)).toMatchObject({ name: 'both' })
    const longer = policy('longer', { robot: { ...waiver, until: now + 2 * DAY } })
    const changed = await operator.propose(longer, ann)
    await expect(operator.approve(changed.proposal, bob)).rejects.toMatchObject({
      code: 'approver_missing',
    })
  })
})

describe('where the policy in force asks for a second person', () => {
  const two = (base: CompiledPolicy): CompiledPolicy => ({
    ...base,
    revision: `${base.revision} by two`,
    approval: 'second-person',
  })
  const state = (live: CompiledPolicy) => ({ state: { active: () => ({ policy: live }) } }) as never

  it.each([
    { name: 'what tightens', live: two(small), candidate: two(strict), alone: true },
    {
      name: 'what changes nobody',
      live: two(small),
      candidate: two({ ...small, name: 'x' }),
      alone: true,
    },
    { name: 'the same again', live: two(small), candidate: two(small), alone: true },
    { name: 'what waives', live: two(strict), candidate: two(small), alone: false },
    {
      name: 'what asks for nobody else any more',
      live: two(small),
      candidate: strict,
      alone: false,
    },
    { name: 'anything, where one is enough', live: strict, candidate: small, alone: true },
  ])('one alone may put $name in force: $alone', ({ live, candidate, alone }) => {
    const check = () => assertAloneTightens(state(live), candidate, mayLoosen)
    if (alone) expect(check).not.toThrow()
    else expect(check).toThrow(/Propose it/)
  })

  it('whatever cannot be compared is proposed; recall, suspend and a shadow need nobody', async () => {
    const operator = await open(two(strict))
    const needed = { code: 'second_person_needed' }
    await expect(operator.activate(two(small), ann)).rejects.toMatchObject(needed)
    await expect(
      operator.rollout(two(small), { ...ann, plan: [{ percent: 1 }] }),
    ).rejects.toMatchObject(needed)
    await operator.rollout(two(small), { ...ann, plan: 'shadow' })
    await expect(operator.promote(ann)).rejects.toMatchObject(needed)
    await operator.abort(ann)
    const { proposal } = await operator.propose(two(small), ann)
    await operator.approve(proposal, bob)
    await expect(operator.rollback(ann)).rejects.toMatchObject(needed)
    await operator.suspend('opt-outs', ann)
    expect(await outcome()).toMatch(/^challenge/)
    await operator.recall('1:1', ann)
  })

  it('an app starts all the same whose policy option would loosen', async () => {
    const shared = sharedBackend()
    /** It keeps what it holds, and whoever may write to it may loosen. */
    const backend = () => {
      const source = shared.source()
      const open: typeof source.open = async (context) => ({
        ...(await source.open(context)),
        authority: 'machine',
      })
      return { ...source, open }
    }
    shop = openShop({ compiled: two(strict), backend: backend() })
    await shop.guard.ready()
    await shop.close()
    shop = openShop({ compiled: small, backend: backend() })
    await shop.guard.ready()
    expect(shop.guard.health().revision).toBe(two(strict).revision)
    expect(shop.logged.map(({ message }) => message).join()).toContain('second person')
  })
})

it('on a shared backend the same key under another name approves nothing', async () => {
  const [one, two] = [await makeKeys(), await makeKeys()]
  const shared = sharedBackend()
  shop = openShop({ backend: shared.source(), operatorKeys: [one.listed, two.listed] })
  await shop.guard.ready().catch(() => {})
  const { operator } = shop.guard
  await operator.activate(strict, { ...ann, key: one.key })
  const { proposal } = await operator.propose(small, { ...ann, key: one.key })
  await expect(operator.approve(proposal, { ...bob, key: one.key })).rejects.toMatchObject({
    code: 'same_person',
    message: expect.stringContaining('a key of their own'),
  })
  await expect(operator.approve(proposal, bob)).rejects.toMatchObject({
    code: 'operator_key_missing',
  })
  expect(shop.guard.health().revision).toBe(strict.revision)
  expect(await operator.approve(proposal, { ...bob, key: two.key })).toMatchObject({
    name: 'small',
    approvedBy: 'bob',
  })
})

it('an edge, which cannot compare, takes everything for loosening', () => {
  expect(platformOf().mayLoosen).toBe(undefined)
})

const NOTHING = { facts: [], resource: [], claims: [], signals: [] }
