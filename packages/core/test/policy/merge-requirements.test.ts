// The strictest merge: what meets it meets each, and each part of it is somebody's demand.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkRequirement, prepareLevels } from '../../src/policy/check-requirement.ts'
import type { Requirement } from '../../src/policy/compiled-policy.ts'
import type { Factor } from '../../src/policy/facts.ts'
import { mergeRequirements } from '../../src/policy/merge-requirements.ts'
import { levels as sampleLevels } from './sample-policy.ts'

const AT = 1_800_000_000_000
const levels = prepareLevels(sampleLevels)

const requirement: fc.Arbitrary<Requirement> = fc
  .record({
    acr: fc.constantFrom(undefined, 'aal1', 'aal2', 'aal2', 'aal3'),
    amr: fc.constantFrom(undefined, undefined, undefined, ['otp'], ['hwk']),
    maxAgeSeconds: fc.constantFrom(undefined, 60, 900),
  })
  .map(({ acr, amr, maxAgeSeconds }) => ({
    ...(acr === undefined ? {} : { acr }),
    ...(amr === undefined ? {} : { amr }),
    ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
  }))

const factor: fc.Arbitrary<Factor> = fc
  .record({
    acr: fc.constantFrom(
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      'aal2',
      'aal3',
      'other',
    ),
    amr: fc.oneof(
      fc.subarray(['pwd', 'otp', 'hwk', 'user', 'pop']),
      fc.constantFrom<string[][]>(['hwk', 'user'], ['pop'], ['otp']),
    ),
    age: fc.constantFrom(undefined, 0, 600, 90_000),
  })
  .map(({ acr, amr, age }) => ({
    amr,
    from: 'identity' as const,
    ...(acr === undefined ? {} : { acr }),
    ...(age === undefined ? {} : { at: AT - age * 1_000 }),
  }))

describe('mergeRequirements', () => {
  test.each<{ name: string; of: Requirement[]; due: Requirement }>([
    { name: 'nothing', of: [], due: {} },
    {
      name: 'one',
      of: [{ acr: 'aal2', maxAgeSeconds: 60 }],
      due: { acr: 'aal2', maxAgeSeconds: 60 },
    },
    { name: 'the higher level', of: [{ acr: 'aal3' }, { acr: 'aal2' }], due: { acr: 'aal3' } },
    {
      name: 'a level and none',
      of: [{ maxAgeSeconds: 60 }, { acr: 'aal1' }],
      due: { acr: 'aal1', maxAgeSeconds: 60 },
    },
    {
      name: 'the shortest age',
      of: [{ maxAgeSeconds: 900 }, { maxAgeSeconds: 60 }, {}],
      due: { maxAgeSeconds: 60 },
    },
    {
      name: 'an age of nothing',
      of: [{ maxAgeSeconds: 0 }, { maxAgeSeconds: 60 }],
      due: { maxAgeSeconds: 0 },
    },
    {
      name: 'all methods, once and in order',
      of: [{ amr: ['otp', 'hwk'] }, { amr: ['hwk', 'face'] }],
      due: { amr: ['face', 'hwk', 'otp'] },
    },
  ])('$name', ({ of, due }) => {
    expect(mergeRequirements(levels, of)).toEqual(due)
    expect(mergeRequirements(levels, [...of].reverse())).toEqual(due)
  })

  test('what meets the merge meets each of them', () => {
    const seen = { met: 0, not: 0 }
    fc.assert(
      fc.property(
        fc.array(requirement, { minLength: 1, maxLength: 3 }),
        fc.array(factor, { minLength: 1, maxLength: 4 }),
        (requirements, factors) => {
          const merged = mergeRequirements(levels, requirements)
          if (checkRequirement(levels, merged, factors, AT) !== 'requirement_met') {
            seen.not++
            return
          }
          seen.met++
          for (const one of requirements)
            expect(checkRequirement(levels, one, factors, AT)).toBe('requirement_met')
        },
      ),
      { numRuns: 5_000, seed: 20_270_115 },
    )
    expect(seen.met).toBeGreaterThan(500)
    expect(seen.not).toBeGreaterThan(500)
  })

  test('taking a factor away, or what it says, never meets more', () => {
    fc.assert(
      fc.property(
        requirement,
        fc.array(factor, { minLength: 1, maxLength: 4 }),
        fc.nat(),
        (demand, factors, n) => {
          const index = n % factors.length
          const { acr: _acr, ...withoutAcr } = factors[index] as Factor
          const { at: _at, ...withoutTime } = factors[index] as Factor
          const { amr } = factors[index] as Factor
          const replace = (one: Factor[]) => factors.toSpliced(index, 1, ...one)
          const spoilt = [
            replace([]),
            replace([withoutAcr]),
            replace([withoutTime]),
            replace([{ ...(factors[index] as Factor), amr: amr.slice(1) }]),
          ]
          if (checkRequirement(levels, demand, factors, AT) === 'requirement_met') return
          for (const less of spoilt)
            expect(checkRequirement(levels, demand, less, AT)).not.toBe('requirement_met')
        },
      ),
      { numRuns: 3_000, seed: 20_270_115 },
    )
  })
})
