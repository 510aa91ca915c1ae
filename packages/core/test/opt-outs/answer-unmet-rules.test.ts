// Which opt-out answers which unmet rule: pure ones first, at most one allowance, all or nothing.
import { describe, expect, test } from 'vitest'
import { answerUnmetRules } from '../../src/opt-outs/answer-unmet-rules.ts'
import { prepareOptOuts } from '../../src/opt-outs/prepare-opt-outs.ts'
import type { OptOut } from '../../src/policy/compiled-policy.ts'
import { known, sampleFacts, sampleRisk } from '../policy/sample-facts.ts'
import { policyOf } from '../policy/sample-policy.ts'

const holds: OptOut = { kind: 'low-risk', until: sampleFacts.at + 1, riskBelow: 'HIGH' }
const ended: OptOut = { kind: 'low-risk', until: sampleFacts.at, riskBelow: 'HIGH' }
const allowance: OptOut = {
  kind: 'allowance',
  of: 'amount',
  each: 30,
  total: 100,
  count: 5,
  riskBelow: 'HIGH',
}
const tooSmall: OptOut = { ...allowance, each: 29 }

const optOuts = prepareOptOuts(
  policyOf({
    optOuts: {
      'pure-a': holds,
      'pure-b': holds,
      over: ended,
      'spend-a': allowance,
      'spend-b': allowance,
      small: tooSmall,
    },
  }),
)

interface Case {
  readonly name: string
  /** The opt-outs of each unmet rule. */
  readonly rules: Readonly<Record<string, readonly string[]>>
  readonly optOuts?: readonly string[]
  readonly toSpend?: { readonly rule: string; readonly allowances: readonly string[] }
  readonly unanswered?: readonly string[]
}

const cases: readonly Case[] = [
  { name: 'a rule that lists none', rules: { r: [] }, unanswered: ['r'] },
  { name: 'one that holds', rules: { r: ['pure-a'] }, optOuts: ['pure-a'] },
  { name: 'one that does not', rules: { r: ['over'] }, unanswered: ['r'] },
  { name: 'one that is not declared', rules: { r: ['gone'] }, unanswered: ['r'] },
  {
    name: 'the first by name of several',
    rules: { r: ['pure-b', 'over', 'pure-a'] },
    optOuts: ['pure-a'],
  },
  {
    name: 'one for two rules, named once',
    rules: { r: ['pure-a'], s: ['pure-a'] },
    optOuts: ['pure-a'],
  },
  { name: 'one each', rules: { r: ['pure-b'], s: ['pure-a'] }, optOuts: ['pure-a', 'pure-b'] },
  {
    name: 'one of two rules without an answer',
    rules: { r: ['pure-a'], s: ['over'] },
    optOuts: ['pure-a'],
    unanswered: ['s'],
  },
  {
    name: 'an allowance',
    rules: { r: ['spend-a'] },
    toSpend: { rule: 'r', allowances: ['spend-a'] },
  },
  {
    name: 'a pure one goes before an allowance',
    rules: { r: ['spend-a', 'pure-b'] },
    optOuts: ['pure-b'],
  },
  {
    name: 'two allowances of one rule are tried in order',
    rules: { r: ['spend-b', 'spend-a', 'small'] },
    toSpend: { rule: 'r', allowances: ['spend-a', 'spend-b'] },
  },
  {
    name: 'a pure one for one rule, an allowance for the other',
    rules: { r: ['pure-a'], s: ['spend-a'] },
    optOuts: ['pure-a'],
    toSpend: { rule: 's', allowances: ['spend-a'] },
  },
  {
    name: 'two rules that need an allowance are both unanswered',
    rules: { r: ['spend-a'], s: ['spend-b'] },
    unanswered: ['r', 's'],
  },
  {
    name: 'likewise for the same allowance',
    rules: { r: ['spend-a'], s: ['spend-a'] },
    unanswered: ['r', 's'],
  },
  { name: 'an allowance that is too small', rules: { r: ['small'] }, unanswered: ['r'] },
]

describe('answerUnmetRules', () => {
  test.each(cases)('$name', ({ rules, optOuts: honoured = [], toSpend, unanswered = [] }) => {
    const unmet = Object.entries(rules).map(([rule, listed]) => ({
      rule,
      requirement: {},
      optOuts: listed,
    }))
    for (const ordered of [unmet, [...unmet].reverse()]) {
      const answers = answerUnmetRules(
        {
          facts: { ...sampleFacts, resource: { amount: known(30) } },
          verdict: {
            denied: 'false',
            risk: sampleRisk(known('LOW')),
            conditions: {},
            unmet: ordered,
          },
          segments: [],
          isSuspended: () => false,
          isSpendingUncertain: () => false,
        },
        optOuts,
      )
      expect(answers.optOuts).toEqual(honoured)
      expect(answers.toSpend).toEqual(toSpend)
      expect(answers.unanswered.map(({ rule }) => rule).sort()).toEqual(unanswered)
      for (const { rule, optOut } of answers.checks) expect(rules[rule]).toContain(optOut)
    }
  })
})
