// The search against brute force: what it does not find, thousands of facts that know nothing of it do not find either.
import { type CompiledPolicy, explainFacts } from '@countersign/core'
import {
  comparePolicies,
  compilePolicy,
  type Decided,
  type Difference,
  type PolicyDocument,
  readSituation,
} from '@countersign/policy'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { differenceKind } from '../../src/compare/difference-kind.ts'
import { documentPairs, NOW, writtenFacts } from './generated.ts'

const compile = (document: object) => compilePolicy(document as PolicyDocument, { now: NOW })
const pairs = documentPairs.map(([live, candidate]) => [compile(live), compile(candidate)] as const)
const facts = fc.array(writtenFacts, { minLength: 150, maxLength: 150 })
const MOST = 10_000

function decide(policy: CompiledPolicy, written: unknown) {
  const situation = readSituation(written, policy, NOW)
  return explainFacts(policy, situation.facts, situation.spent)
}

it('finds every kind of difference that any facts show', () => {
  let differing = 0
  let whole = 0
  const property = fc.property(pairs, facts, ([live, candidate], all) => {
    const { differences, limits } = comparePolicies(live, candidate, { now: NOW, most: MOST })
    // where the search had to end before it was through, it says so
    if (limits.some((limit) => limit.includes('there are more'))) return
    whole += 1
    const found = new Set(differences.map((one) => keyOf(one.live, one.candidate)))
    for (const written of all) {
      const [before, after] = [decide(live, written), decide(candidate, written)]
      if (before.outcome === after.outcome) continue
      differing += 1
      if (!found.has(keyOf(before, after)))
        throw new Error(`not found: ${keyOf(before, after)} ${JSON.stringify(written)}`)
    }
  })
  fc.assert(property, { numRuns: 60 })
  expect(whole).toBeGreaterThan(10)
  expect(differing).toBeGreaterThan(100)
}, 120_000)

/** What became of it, by which opt-outs. */
function keyOf(live: Pick<Decided, 'outcome' | 'optOuts'>, candidate: typeof live): string {
  return JSON.stringify([live.outcome, live.optOuts, candidate.outcome, candidate.optOuts])
}

it('shows each difference by facts that are decided so', () => {
  let shown = 0
  fc.assert(
    fc.property(pairs, ([live, candidate]) => {
      for (const one of comparePolicies(live, candidate, { now: NOW, most: MOST }).differences) {
        shown += 1
        expect(outcomes(live, candidate, one)).toEqual([one.live.outcome, one.candidate.outcome])
        expect(differenceKind(one.live.outcome, one.candidate.outcome)).toBe(one.kind)
      }
    }),
    { numRuns: 40 },
  )
  expect(shown).toBeGreaterThan(20)
}, 120_000)

function outcomes(live: CompiledPolicy, candidate: CompiledPolicy, one: Difference): string[] {
  return [decide(live, one.liveFacts ?? one.facts).outcome, decide(candidate, one.facts).outcome]
}

it('finds no difference between a policy and itself, in another order', () => {
  const property = fc.property(documentPairs, ([document]) => {
    const { rules } = document as { rules: readonly object[] }
    const turned = { ...document, rules: [...rules].reverse() }
    const compared = comparePolicies(compile(document), compile(turned), { now: NOW })
    expect(compared).toMatchObject({ differences: [], complete: true, situations: 0 })
  })
  fc.assert(property, { numRuns: 50 })
})
