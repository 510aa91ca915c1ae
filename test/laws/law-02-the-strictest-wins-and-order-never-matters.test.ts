// Law 2: deny, challenge, opt-out, pass. Rules are a set.
import { type CompiledPolicy, evaluatePolicy, type Facts } from '@countersign/core'
import type { PolicyDocument } from '@countersign/policy'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkLaw, createTally } from './support/check-law.ts'
import { manyFacts } from './support/facts.ts'
import { type Judged, judge, strictness } from './support/outcome.ts'
import { compile, documents, moreRules } from './support/policies.ts'

describe('The strictest wins, and order never matters', () => {
  test('shuffling rules, opt-out lists, opt-outs, segments and signals changes nothing', async () => {
    const seen = createTally<string>()
    await checkLaw(
      fc.tuple(documents, fc.array(fc.nat(), { minLength: 40, maxLength: 40 }), manyFacts),
      ([document, dice, many]) => {
        const { compiled } = compile(document)
        const shuffled = compile(shuffle(document, [...dice])).compiled
        for (const facts of many) {
          const [one, other] = [judge(compiled, facts), judge(shuffled, facts)]
          seen.add(one.outcome)
          expect(other.outcome).toBe(one.outcome)
          expect(asSets(other)).toEqual(asSets(one))
        }
      },
      80,
    )
    for (const outcome of ['pass', 'opt-out', 'challenge', 'deny'])
      expect(seen.of(outcome), outcome).toBeGreaterThan(20)
  })

  test('adding a rule never loosens', async () => {
    const seen = createTally<'same' | 'stricter'>()
    await checkLaw(
      fc.tuple(documents, moreRules, manyFacts),
      ([document, rule, many]) => {
        const before = compile(document).compiled
        const after = compile({ ...document, rules: [rule, ...document.rules] }).compiled
        for (const facts of many) {
          const change =
            strictness(judge(after, facts).outcome) - strictness(judge(before, facts).outcome)
          seen.add(change > 0 ? 'stricter' : 'same')
          expect(change).toBeGreaterThanOrEqual(0)
        }
      },
      80,
    )
    expect(seen.of('stricter')).toBeGreaterThan(20)
  })

  test('the outcome is that of the strictest rule alone, and at most as loose as any of them', async () => {
    await checkLaw(
      fc.tuple(documents, manyFacts),
      ([document, many]) => {
        const whole = compile(document).compiled
        const alone = document.rules.map((rule) => compile({ ...document, rules: [rule] }).compiled)
        for (const facts of many) {
          const strictest = Math.max(...alone.map((one) => strictness(judge(one, facts).outcome)))
          const together = judge(whole, facts)
          const twoAllowances = needsTwoAllowances(alone, facts)
          // two rules that each need an allowance are a challenge together (law 13)
          const due = twoAllowances ? Math.max(strictest, strictness('challenge')) : strictest
          expect(strictness(together.outcome)).toBe(due)
        }
      },
      80,
    )
  })

  test('an opt-out answers only the rules that list it', async () => {
    const seen = createTally<'waived' | 'not'>()
    await checkLaw(
      fc.tuple(documents, manyFacts),
      ([document, many]) => {
        const whole = compile(document).compiled
        const bare = compile({
          ...document,
          rules: document.rules.map(({ optOuts: _, ...rule }) => rule),
        }).compiled
        for (const facts of many) {
          const [judged, without] = [judge(whole, facts), judge(bare, facts)]
          // with no list there is no waiver, and what is unmet is unmet all the same
          expect(['pass', 'challenge', 'deny']).toContain(without.outcome)
          expect(evaluatePolicy(bare, facts).unmet.map(({ rule }) => rule)).toEqual(
            judged.verdict.unmet.map(({ rule }) => rule),
          )
          for (const check of judged.answers?.checks ?? []) {
            const rule = whole.rules.find(({ id }) => id === check.rule)
            expect(rule?.optOuts).toContain(check.optOut)
          }
          if (judged.outcome !== 'opt-out') {
            seen.add('not')
            continue
          }
          seen.add('waived')
          for (const { rule } of judged.verdict.unmet)
            expect(
              judged.answers?.checks.some((one) => one.rule === rule && one.holds === 'true'),
            ).toBe(true)
        }
      },
      80,
    )
    expect(seen.of('waived')).toBeGreaterThan(20)
  })
})

function needsTwoAllowances(alone: readonly CompiledPolicy[], facts: Facts): boolean {
  return alone.filter((one) => judge(one, facts).answers?.toSpend !== undefined).length > 1
}

function asSets({ verdict, answers }: Judged): object {
  const names = (list: readonly string[] = []) => [...list].sort()
  return {
    denied: verdict.denied,
    conditions: verdict.conditions,
    level: verdict.risk.level,
    upper: verdict.risk.upper,
    unmet: names(verdict.unmet.map(({ rule }) => rule)),
    optOuts: names(answers?.optOuts),
    toSpend: answers?.toSpend,
    unanswered: names(answers?.unanswered.map(({ rule }) => rule)),
    checks: names(answers?.checks.map((check) => JSON.stringify(check))),
  }
}

function shuffle(document: PolicyDocument, dice: number[]): PolicyDocument {
  const list = <T>(items: readonly T[]): T[] =>
    items
      .map((item) => ({ item, rank: dice.pop() ?? 0 }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ item }) => item)
  const record = <T extends object>(items: T | undefined): T =>
    Object.fromEntries(list(Object.entries(items ?? {}))) as T
  return {
    ...document,
    threatModels: Object.fromEntries(
      list(Object.entries(document.threatModels ?? {})).map(([name, model]) => [
        name,
        { ...model, signals: record(model.signals) },
      ]),
    ),
    segments: record(document.segments),
    optOuts: record(document.optOuts),
    rules: list(document.rules).map((rule) =>
      rule.optOuts === undefined ? rule : { ...rule, optOuts: list(rule.optOuts) },
    ),
  } as PolicyDocument
}
