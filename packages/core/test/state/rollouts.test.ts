// Rollouts in the fold: which step holds follows from events and times alone, the same after a restart (from the feed, or
// from a snapshot), and what names something that is over changes nothing.
import { expect, it } from 'vitest'
import { createState } from '../../src/state/create-state.ts'
import type { FeedEvent, PolicyChange } from '../../src/state/feed-event.ts'
import { areSteps, nextStepAt, percentAt } from '../../src/state/rollouts.ts'
import { buildPolicy, DAY, HOUR } from '../support/build-policy.ts'

const T0 = 1_800_000_000_000
const one = buildPolicy({ name: 'one' })
const two = buildPolicy({ name: 'two' })
const steps = [{ percent: 1, forMs: HOUR }, { percent: 10, forMs: DAY }, { percent: 50 }]
const plan = { kind: 'percent', salt: 'salt', steps } as const

function fold(...changes: readonly PolicyChange[]) {
  const state = createState({ now: () => T0 })
  const events = changes.map((data, index) => {
    const event = { id: `e${index}`, at: T0 + index, by: 'ann', why: 'w', topic: 'policy', data }
    return { position: `1:${index + 1}` as const, event: event as FeedEvent }
  })
  const position = `1:${changes.length}` as const
  expect(state.apply({ events, position, confirmedAt: 0 })).toMatchObject({ ok: true })
  return state
}

const active: PolicyChange = { kind: 'activate', policy: one }
const tried: PolicyChange = { kind: 'rollout', policy: two, plan }

it.each([
  { name: 'before it began', at: -HOUR, percent: 1, next: HOUR },
  { name: 'at its beginning', at: 0, percent: 1, next: HOUR },
  { name: 'just before the second step', at: HOUR - 1, percent: 1, next: HOUR },
  { name: 'at the second step', at: HOUR, percent: 10, next: HOUR + DAY },
  { name: 'in the last step', at: HOUR + DAY, percent: 50, next: undefined },
  { name: 'long after', at: 400 * DAY, percent: 50, next: undefined },
  { name: 'at no time', at: Number.NaN, percent: 1, next: HOUR },
  { name: 'never heard of', at: Number.NEGATIVE_INFINITY, percent: 1, next: HOUR },
])('the step $name', ({ at, percent, next }) => {
  const rollout = { plan, stepsFrom: T0 }
  expect(percentAt(rollout, T0 + at)).toBe(percent)
  expect(nextStepAt(rollout, T0 + at)).toBe(next === undefined ? undefined : T0 + next)
  expect(percentAt({ ...rollout, frozenAt: T0 + 5 }, T0 + at)).toBe(1)
  expect(nextStepAt({ ...rollout, frozenAt: T0 + 5 }, T0 + at)).toBe(undefined)
})

it.each([
  [steps, true],
  [[{ percent: 100 }], true],
  [[{ percent: 0.5 }], true],
  [[], false],
  [[{ percent: 0 }], false],
  [[{ percent: Number.NaN }], false],
  [[{ percent: '10' }], true],
  [[{ percent: 100.1 }], false],
  [[{ percent: 5, forMs: 0 }, { percent: 6 }], false],
  [[{ percent: 5, forMs: Number.NaN }, { percent: 6 }], false],
  [undefined, false],
  [
    Array.from({ length: 21 }, (_, at) =>
      at === 20 ? { percent: 21 } : { percent: at + 1, forMs: 1 },
    ),
    false,
  ],
])('%j are steps: %s', (given, expected) => {
  expect(areSteps(given)).toBe(expected)
})

it('a snapshot keeps what is tried, what was, and what a change takes the place of', async () => {
  const state = fold(active, tried, { kind: 'abort', rollout: '1:2', recall: true }, tried, {
    kind: 'freeze',
    rollout: '1:4',
  })
  const other = createState({ now: () => T0 })
  const position = '1:5'
  other.apply({ snapshot: await state.toSnapshot(), events: [], position, confirmedAt: 0 })
  for (const one of [state, other]) {
    expect(one.active()?.policy.name).toBe('one')
    expect(one.rollouts.current()).toMatchObject({ position: '1:4', frozenAt: T0 + 4 })
    expect(one.rollouts.past()).toMatchObject([{ position: '1:2', ended: 'aborted' }])
    expect(one.isRecalled('1:2')).toBe(true)
    expect(one.isRecalled('1:4')).toBe(false)
    expect(one.lastPolicyChange()).toBe('1:5')
    expect(one.rollouts.findPolicy(two.revision)).toEqual(two)
  }
  expect(await other.toSnapshot()).toEqual(await state.toSnapshot())
})

it.each<{ name: string; data: PolicyChange }>([
  { name: 'a rollout that is over', data: { kind: 'promote', rollout: '1:1' } },
  { name: 'one that never was', data: { kind: 'abort', rollout: '1:9', recall: true } },
  { name: 'steps that are none', data: { kind: 'widen', rollout: '1:2', steps: [] } },
  { name: 'a plan that is none', data: { ...tried, plan: { ...plan, steps: [] } } as PolicyChange },
])('what names $name changes nothing', ({ data }) => {
  const state = fold(active, tried, data)
  expect(state.active()?.position).toBe('1:1')
  expect(state.rollouts.current()?.position).toBe('1:2')
  expect(state.lastPolicyChange()).toBe('1:2')
})

it('a rollback ends it, and a second candidate takes the place of the first', () => {
  const state = fold(active, tried, tried, { kind: 'rollback', to: '1:1', recall: true })
  expect(state.rollouts.current()).toBe(undefined)
  expect(state.rollouts.past()).toMatchObject([{ ended: 'superseded' }, { ended: 'aborted' }])
  expect([state.isRecalled('1:2'), state.isRecalled('1:3'), state.isRecalled('1:1')]).toEqual([
    true,
    true,
    false,
  ])
})
