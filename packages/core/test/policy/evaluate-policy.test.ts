// What the policy says before opt-outs.
import { describe, expect, test } from 'vitest'
import type { CompiledPolicy, Rule } from '../../src/policy/compiled-policy.ts'
import { evaluatePolicy } from '../../src/policy/evaluate-policy.ts'
import type { Facts, Truth } from '../../src/policy/facts.ts'
import { conditionOf, known, sampleFacts, unknown } from './sample-facts.ts'
import { policyOf } from './sample-policy.ts'
import { binary, fact, literal, signal } from './trees.ts'

const TRUE = conditionOf(literal(true))
const FALSE = conditionOf(literal(false))
const UNKNOWN = conditionOf(fact(['claim', 'level'], 'bool'))
const unmet = { acr: 'aal2' } as const
const met = { acr: 'aal1' } as const

function rule(id: string, parts: Partial<Rule>): Rule {
  return { id, actions: ['*'], optOuts: [], ...parts }
}

interface Case {
  readonly name: string
  readonly rules: readonly Rule[]
  readonly denied?: Truth
  readonly unmet?: readonly string[]
  readonly conditions?: Readonly<Record<string, Truth>>
}

const cases: readonly Case[] = [
  { name: 'no rule', rules: [] },
  { name: 'a met rule', rules: [rule('a', { require: met })] },
  { name: 'an unmet rule', rules: [rule('a', { require: unmet })], unmet: ['a'] },
  {
    name: 'a rule for another action',
    rules: [rule('a', { actions: ['transfer'], require: unmet })],
  },
  {
    name: 'a rule for a beginning of the action',
    rules: [rule('a', { actions: ['transfer.*'], require: unmet })],
    unmet: ['a'],
  },
  {
    name: 'a beginning crosses dots',
    rules: [rule('a', { actions: ['tr*'], require: unmet })],
    unmet: ['a'],
  },
  {
    name: 'one of several patterns',
    rules: [rule('a', { actions: ['x', 'transfer.create'], require: unmet })],
    unmet: ['a'],
  },
  {
    name: 'a star inside is a star',
    rules: [rule('a', { actions: ['transfer.*.x'], require: unmet })],
  },
  {
    name: 'a condition that holds',
    rules: [rule('a', { when: TRUE, require: unmet })],
    unmet: ['a'],
    conditions: { a: 'true' },
  },
  {
    name: 'a condition that does not',
    rules: [rule('a', { when: FALSE, require: unmet })],
    conditions: { a: 'false' },
  },
  {
    name: 'an unknown condition applies',
    rules: [rule('a', { when: UNKNOWN, require: unmet })],
    unmet: ['a'],
    conditions: { a: 'unknown' },
  },
  {
    name: 'an unknown condition of a met rule',
    rules: [rule('a', { when: UNKNOWN, require: met })],
    conditions: { a: 'unknown' },
  },
  { name: 'a denial', rules: [rule('a', { deny: true })], denied: 'true' },
  {
    name: 'a denial that does not hold',
    rules: [rule('a', { when: FALSE, deny: true })],
    conditions: { a: 'false' },
  },
  {
    name: 'a denial that may hold',
    rules: [rule('a', { when: UNKNOWN, deny: true })],
    denied: 'unknown',
    conditions: { a: 'unknown' },
  },
  {
    name: 'one that holds beside one that may',
    rules: [rule('a', { when: UNKNOWN, deny: true }), rule('b', { when: TRUE, deny: true })],
    denied: 'true',
    conditions: { a: 'unknown', b: 'true' },
  },
  {
    name: 'the other way about',
    rules: [rule('b', { when: TRUE, deny: true }), rule('a', { when: UNKNOWN, deny: true })],
    denied: 'true',
    conditions: { a: 'unknown', b: 'true' },
  },
  {
    name: 'a denial beside an unmet rule',
    rules: [rule('a', { deny: true }), rule('b', { require: unmet })],
    denied: 'true',
    unmet: ['b'],
  },
  { name: 'a rule that demands nothing', rules: [rule('a', { require: {} })] },
  {
    name: 'several unmet rules',
    rules: [
      rule('a', { require: unmet }),
      rule('b', { require: met }),
      rule('c', { require: { amr: ['hwk'] } }),
    ],
    unmet: ['a', 'c'],
  },
]

describe('evaluatePolicy', () => {
  test.each(cases)('$name', ({ rules, denied = 'false', unmet: due = [], conditions = {} }) => {
    const verdict = evaluatePolicy(policyOf({ rules }), sampleFacts)
    expect(verdict.denied).toBe(denied)
    expect(verdict.unmet.map(({ rule: id }) => id)).toEqual(due)
    expect(verdict.conditions).toEqual(conditions)
    const reversed = evaluatePolicy(policyOf({ rules: [...rules].reverse() }), sampleFacts)
    expect(reversed.denied).toBe(denied)
    expect(reversed.unmet.map(({ rule: id }) => id).sort()).toEqual([...due].sort())
  })

  test('an action that is not declared is undetermined, any name is good where any is declared', () => {
    const facts: Facts = { ...sampleFacts, action: 'constructor' }
    const rules = [rule('a', { require: unmet })]
    expect(evaluatePolicy(policyOf({ rules }), facts)).toMatchObject({
      denied: 'unknown',
      unmet: [],
    })
    expect(evaluatePolicy(policyOf({ rules, actions: 'any' }), facts)).toMatchObject({
      denied: 'false',
      unmet: [{ rule: 'a' }],
    })
  })

  test('conditions of opt-outs are worked out for unmet rules only', () => {
    const optOuts: CompiledPolicy['optOuts'] = {
      calm: { kind: 'low-risk', until: 1, riskBelow: 'HIGH', when: TRUE },
      other: { kind: 'low-risk', until: 1, riskBelow: 'HIGH', when: UNKNOWN },
      plain: { kind: 'low-risk', until: 1, riskBelow: 'HIGH' },
    }
    const with_ = (require: Rule['require']) =>
      evaluatePolicy(
        policyOf({
          optOuts,
          rules: [
            { ...rule('a', { optOuts: ['calm', 'plain', 'gone'] }), ...(require && { require }) },
          ],
        }),
        sampleFacts,
      )
    expect(with_(unmet).conditions).toEqual({ calm: 'true' })
    expect(with_(met).conditions).toEqual({})
  })

  test('what is unmet says what is demanded and what may answer', () => {
    const rules = [rule('a', { require: { acr: 'aal2', maxAgeSeconds: 900 }, optOuts: ['x', 'y'] })]
    expect(evaluatePolicy(policyOf({ rules }), sampleFacts).unmet).toEqual([
      { rule: 'a', requirement: { acr: 'aal2', maxAgeSeconds: 900 }, optOuts: ['x', 'y'] },
    ])
  })

  test('rules read the risk that the segments came to, segments are recorded', () => {
    const hot = conditionOf(binary('eq', fact(['risk.level'], 'string'), literal('HIGH')))
    const policy = policyOf({
      threatModels: {
        calm: { bias: -2, signals: { present: 4 }, levels: { MEDIUM: 0.3, HIGH: 0.7 } },
      },
      segments: {
        everyone: { threatModel: 'calm' },
        some: { threatModel: 'calm', when: conditionOf(signal('unknown')) },
      },
      rules: [rule('hot', { when: hot, require: unmet })],
    })
    const verdict = evaluatePolicy(policy, sampleFacts)
    expect(verdict.risk).toMatchObject({ level: known('HIGH'), upper: 'HIGH', model: 'calm' })
    expect(verdict.conditions).toEqual({ 'segment:some': 'unknown', hot: 'true' })
    const spoilt = { ...sampleFacts, signals: {} }
    expect(evaluatePolicy(policy, spoilt)).toMatchObject({
      risk: { level: { ...unknown, why: 'risk_unknown' }, upper: 'HIGH' },
      conditions: { hot: 'unknown' },
      unmet: [{ rule: 'hot' }],
    })
  })
})
