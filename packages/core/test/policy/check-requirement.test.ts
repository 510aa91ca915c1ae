// Whether what was proved meets what is demanded, and why not.
import { describe, expect, test } from 'vitest'
import {
  CLOCK_LEEWAY_MS,
  checkRequirement,
  lastMetAt,
  prepareLevels,
} from '../../src/policy/check-requirement.ts'
import type { Requirement } from '../../src/policy/compiled-policy.ts'
import type { Factor } from '../../src/policy/facts.ts'
import type { ReasonCode } from '../../src/policy/reason-code.ts'
import { levels as sampleLevels } from './sample-policy.ts'

const AT = 1_800_000_000_000
const MINUTE = 60_000
const levels = prepareLevels(sampleLevels)

function methods(amr: string[], minutesAgo?: number): Factor {
  return {
    amr,
    from: 'identity',
    ...(minutesAgo === undefined ? {} : { at: AT - minutesAgo * MINUTE }),
  }
}

function claims(acr: string, minutesAgo?: number): Factor {
  return { ...methods([], minutesAgo), acr }
}

interface Case {
  readonly name: string
  readonly require: Requirement
  readonly factors: readonly Factor[]
  readonly due: ReasonCode
}

const cases: readonly Case[] = [
  // nothing, or a level without age
  { name: 'nothing is demanded of nobody', require: {}, factors: [], due: 'requirement_met' },
  {
    name: 'the first level is earned by any identity',
    require: { acr: 'aal1' },
    factors: [],
    due: 'requirement_met',
  },
  {
    name: 'a higher one is not',
    require: { acr: 'aal2' },
    factors: [methods(['pwd'])],
    due: 'acr_too_low',
  },
  {
    name: 'the demanded acr',
    require: { acr: 'aal2' },
    factors: [claims('aal2')],
    due: 'requirement_met',
  },
  {
    name: 'a higher acr',
    require: { acr: 'aal2' },
    factors: [claims('aal3')],
    due: 'requirement_met',
  },
  { name: 'a lower acr', require: { acr: 'aal3' }, factors: [claims('aal2')], due: 'acr_too_low' },
  {
    name: 'an acr that nobody knows counts as the first',
    require: { acr: 'aal2' },
    factors: [claims('urn:gold')],
    due: 'acr_too_low',
  },
  {
    name: 'a demand that nobody knows is never met',
    require: { acr: 'aal9' },
    factors: [claims('aal9'), claims('aal3')],
    due: 'acr_too_low',
  },
  {
    name: 'methods of two factors together',
    require: { acr: 'aal2' },
    factors: [methods(['pwd']), methods(['otp'])],
    due: 'requirement_met',
  },
  {
    name: 'methods of a higher level',
    require: { acr: 'aal2' },
    factors: [methods(['hwk', 'user', 'pop'])],
    due: 'requirement_met',
  },
  {
    name: 'one method of a set',
    require: { acr: 'aal2' },
    factors: [methods(['otp'])],
    due: 'acr_too_low',
  },
  {
    name: 'a weak acr does not take away what methods earn',
    require: { acr: 'aal2' },
    factors: [{ ...methods(['pwd', 'otp']), acr: 'aal1' }],
    due: 'requirement_met',
  },
  // methods
  {
    name: 'all methods',
    require: { amr: ['pwd', 'otp'] },
    factors: [methods(['pwd']), methods(['otp'])],
    due: 'requirement_met',
  },
  {
    name: 'one of two methods',
    require: { amr: ['pwd', 'otp'] },
    factors: [methods(['pwd'])],
    due: 'amr_missing',
  },
  {
    name: 'the level but not the method',
    require: { acr: 'aal2', amr: ['hwk'] },
    factors: [methods(['pwd', 'otp'])],
    due: 'amr_missing',
  },
  {
    name: 'the method but not the level',
    require: { acr: 'aal2', amr: ['otp'] },
    factors: [methods(['otp'])],
    due: 'acr_too_low',
  },
  // age
  {
    name: 'an age up to the limit',
    require: { maxAgeSeconds: 900 },
    factors: [methods(['pwd'], 15)],
    due: 'requirement_met',
  },
  {
    name: 'a millisecond more',
    require: { maxAgeSeconds: 900 },
    factors: [{ ...methods(['pwd']), at: AT - 900_001 }],
    due: 'auth_too_old',
  },
  {
    name: 'no time',
    require: { maxAgeSeconds: 900 },
    factors: [methods(['pwd'])],
    due: 'auth_time_missing',
  },
  { name: 'no factor', require: { maxAgeSeconds: 900 }, factors: [], due: 'auth_time_missing' },
  {
    name: 'a clock that runs ahead',
    require: { maxAgeSeconds: 900 },
    factors: [{ ...methods(['pwd']), at: AT + CLOCK_LEEWAY_MS }],
    due: 'requirement_met',
  },
  {
    name: 'a moment in the future',
    require: { maxAgeSeconds: 900 },
    factors: [{ ...methods(['pwd']), at: AT + CLOCK_LEEWAY_MS + 1 }],
    due: 'auth_time_in_future',
  },
  {
    name: 'a moment that is none',
    require: { maxAgeSeconds: 900 },
    factors: [{ ...methods(['pwd']), at: Number.NaN }],
    due: 'auth_too_old',
  },
  {
    name: 'a maxAge of nothing is met now',
    require: { maxAgeSeconds: 0 },
    factors: [methods(['pwd'], 0)],
    due: 'requirement_met',
  },
  // age and level: the factor that lifts has to be fresh
  {
    name: 'a fresh factor that lifts, an old first one',
    require: { acr: 'aal2', maxAgeSeconds: 900 },
    factors: [methods(['pwd'], 600), methods(['otp'], 1)],
    due: 'requirement_met',
  },
  {
    name: 'a fresh first one, an old one that lifts',
    require: { acr: 'aal2', maxAgeSeconds: 900 },
    factors: [methods(['pwd'], 1), methods(['otp'], 600)],
    due: 'auth_too_old',
  },
  {
    name: 'an old acr beside a fresh password',
    require: { acr: 'aal2', maxAgeSeconds: 900 },
    factors: [claims('aal2', 600), methods(['pwd'], 1)],
    due: 'auth_too_old',
  },
  {
    name: 'a fresh acr',
    require: { acr: 'aal2', maxAgeSeconds: 900 },
    factors: [claims('aal2', 1)],
    due: 'requirement_met',
  },
  {
    name: 'the first level wants any fresh factor',
    require: { acr: 'aal1', maxAgeSeconds: 900 },
    factors: [methods(['pwd'], 600), methods(['otp'], 1)],
    due: 'requirement_met',
  },
  {
    name: 'a higher level that is fresh meets a lower one',
    require: { acr: 'aal2', maxAgeSeconds: 900 },
    factors: [methods(['hwk', 'user'], 600), methods(['pop'], 1)],
    due: 'requirement_met',
  },
  {
    name: 'each demanded method has to be fresh',
    require: { amr: ['pwd', 'otp'], maxAgeSeconds: 900 },
    factors: [methods(['pwd'], 600), methods(['otp'], 1)],
    due: 'auth_too_old',
  },
  {
    name: 'a method that was never used is missing, not old',
    require: { amr: ['hwk'], maxAgeSeconds: 900 },
    factors: [methods(['pwd'], 1)],
    due: 'amr_missing',
  },
]

describe('checkRequirement', () => {
  test.each(cases)('$name: $due', ({ require, factors, due }) => {
    expect(checkRequirement(levels, require, factors, AT)).toBe(due)
    expect(checkRequirement(levels, require, [...factors].reverse(), AT)).toBe(due)
  })

  test('a set whose methods all earn less has to be fresh as a whole', () => {
    const pairs = prepareLevels([
      { acr: 'one', amr: [['a'], ['b']] },
      { acr: 'two', amr: [['a', 'b']] },
    ])
    const demand = { acr: 'two', maxAgeSeconds: 900 }
    expect(checkRequirement(pairs, demand, [methods(['a'], 600), methods(['b'], 1)], AT)).toBe(
      'auth_too_old',
    )
    expect(checkRequirement(pairs, demand, [methods(['a'], 2), methods(['b'], 1)], AT)).toBe(
      'requirement_met',
    )
  })
})

describe('lastMetAt', () => {
  test.each([
    { name: 'never', require: { acr: 'aal2' }, factors: [methods(['pwd'], 1)], due: 0 },
    { name: 'without a time', require: { acr: 'aal2' }, factors: [claims('aal2')], due: 0 },
    {
      name: 'when the factor that lifts was proved',
      require: { acr: 'aal2' },
      factors: [methods(['pwd'], 1), methods(['otp'], 5)],
      due: AT - 5 * MINUTE,
    },
    {
      name: 'the latest of several',
      require: { acr: 'aal2' },
      factors: [claims('aal2', 9), methods(['pwd', 'otp'], 3)],
      due: AT - 3 * MINUTE,
    },
    {
      name: 'whatever its age',
      require: { acr: 'aal2', maxAgeSeconds: 60 },
      factors: [claims('aal2', 9)],
      due: AT - 9 * MINUTE,
    },
    { name: 'not in the future', require: { acr: 'aal2' }, factors: [claims('aal2', -9)], due: 0 },
  ])('$name', ({ require, factors, due }) => {
    expect(lastMetAt(levels, require, factors, AT)).toBe(due)
  })
})
