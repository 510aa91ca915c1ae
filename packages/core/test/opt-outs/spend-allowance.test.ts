// Spending: counted per opt-out, rule and subject since the last step-up, all limits inclusive, and never given back.
import { describe, expect, test } from 'vitest'
import { memoryStore } from '../../src/memory/memory-store.ts'
import { noteStepUp, type Spending, spendAllowance } from '../../src/opt-outs/spend-allowance.ts'
import type { OptOut } from '../../src/policy/compiled-policy.ts'

const allowance: Extract<OptOut, { kind: 'allowance' }> = {
  kind: 'allowance',
  of: 'amount',
  each: 30,
  total: 100,
  count: 5,
  riskBelow: 'HIGH',
}

const spending = (parts: Partial<Spending>): Spending => ({
  subject: 'alice',
  rule: 'money',
  optOut: 'small',
  amount: 30,
  metAt: 0,
  ...parts,
})

describe('spendAllowance', () => {
  test.each([
    {
      name: 'up to the total',
      amounts: [30, 30, 30, 10, 0.01],
      due: [true, true, true, true, false],
    },
    {
      name: 'up to the count',
      amounts: [1, 1, 1, 1, 1, 1],
      due: [true, true, true, true, true, false],
    },
    { name: 'what is too much leaves the rest', amounts: [90, 20, 10], due: [true, false, true] },
    {
      name: 'nothing counts as a use',
      amounts: [0, 0, 0, 0, 0, 0],
      due: [true, true, true, true, true, false],
    },
    {
      name: 'a negative amount gives nothing back',
      amounts: [100, -50, 50],
      due: [true, false, false],
    },
    { name: 'an amount that is none', amounts: [Number.NaN, 30], due: [false, true] },
  ])('$name', async ({ amounts, due }) => {
    const store = memoryStore()
    const spent = []
    for (const amount of amounts)
      spent.push(await spendAllowance(store, allowance, spending({ amount })))
    expect(spent).toEqual(due)
  })

  test('subjects, rules and opt-outs each have their own', async () => {
    const store = memoryStore()
    const all = { ...allowance, count: 1 }
    for (const parts of [{}, { subject: 'bob' }, { rule: 'other' }, { optOut: 'tiny' }]) {
      expect(await spendAllowance(store, all, spending(parts))).toBe(true)
      expect(await spendAllowance(store, all, spending(parts))).toBe(false)
    }
  })

  test('a step-up begins anew; an older one, or none that is shown, does not', async () => {
    const store = memoryStore()
    const one = { ...allowance, count: 1 }
    expect(await spendAllowance(store, one, spending({ metAt: 1_000 }))).toBe(true)
    expect(await spendAllowance(store, one, spending({ metAt: 1_000 }))).toBe(false)
    expect(await spendAllowance(store, one, spending({ metAt: 0 }))).toBe(false)
    expect(await spendAllowance(store, one, spending({ metAt: 2_000 }))).toBe(true)
    // whoever leaves the newer evidence out does not get the older count back
    expect(await spendAllowance(store, one, spending({ metAt: 1_500 }))).toBe(false)
  })

  test('at once no more is spent than one after the other', async () => {
    const store = memoryStore()
    const spent = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        spendAllowance(store, allowance, spending({ amount: 30, metAt: n % 2 })),
      ),
    )
    // three of 30 fit into 100, before the step-up and after it
    expect(spent.filter(Boolean).length).toBeLessThanOrEqual(6)
    expect(await spendAllowance(store, allowance, spending({ amount: 30, metAt: 1 }))).toBe(false)
  })

  test('the moment of a step-up only rises', async () => {
    const store = memoryStore()
    const note = (metAt: number) =>
      noteStepUp(store, { subject: 'alice', rule: 'money', optOut: 'small', metAt })
    expect(await note(5)).toBe(5)
    expect(await note(3)).toBe(5)
    expect(await note(9)).toBe(9)
    expect(await Promise.all([note(12), note(11), note(10)])).toEqual(expect.arrayContaining([12]))
    expect(await note(0)).toBe(12)
  })

  test('a store that cannot be read or written is a failure, never an allowance', async () => {
    const store = memoryStore()
    await store.close()
    await expect(spendAllowance(store, allowance, spending({}))).rejects.toThrow('closed')
  })
})
