// Law 9: from the record alone, as JSON, and the policy of its revision, the same verdict and the same outcome.
import {
  type AuditEntry,
  type CompiledPolicy,
  createDeriver,
  evaluatePolicy,
  factsFromEntry,
  type OptOutCheck,
} from '@countersign/core'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { checkLaw, createTally } from './support/check-law.ts'
import { compile, documents } from './support/policies.ts'
import { sentRequests, toldDetectors } from './support/requests.ts'
import { openBrowser, openWorld, type World } from './support/world.ts'

let world: World | undefined
afterEach(async () => {
  await world?.close()
  world = undefined
})

describe('Every decision can be derived again from its record', () => {
  test('verdict, conditions, risk and outcome, on any policy and request', async () => {
    const seen = createTally<string>()
    await checkLaw(
      fc.tuple(documents, fc.array(sentRequests, { minLength: 6, maxLength: 6 })),
      async ([document, requests]) => {
        const { compiled } = compile(document)
        world = await openWorld({
          guard: { policy: document, detectors: toldDetectors, trustProxy: 1 },
        })
        const decisions = new Map<string, string>()
        for (const { identity, action, ...asking } of requests) {
          await openBrowser(world, identity).check(action, asking)
          const checked = await openBrowser(world, identity).check(action, asking)
          if (checked.is === 'proceed' || checked.is === 'refuse')
            decisions.set(checked.decision.id, checked.decision.outcome)
        }
        const entries = (await world.log()).filter(({ type }) => type === 'decision')
        await world.close()
        world = undefined
        for (const [id, outcome] of decisions)
          expect(entries.find((entry) => entry.id === id)?.['outcome']).toBe(outcome)
        for (const kept of entries) {
          const entry = JSON.parse(JSON.stringify(kept)) as AuditEntry
          seen.add(readsSession(compiled) ? 'masked' : String(entry['outcome']))
          deriveAgain(compiled, entry)
        }
      },
      25,
    )
    for (const outcome of ['pass', 'opt-out', 'challenge', 'deny'])
      expect(seen.of(outcome), outcome).toBeGreaterThan(8)
    expect(seen.of('masked')).toBeGreaterThan(8)
  })
})

function deriveAgain(compiled: CompiledPolicy, entry: AuditEntry): void {
  expect(entry['revision']).toBe(compiled.revision)
  expect(entry['evaluator']).toBe(compiled.evaluator)
  const facts = factsFromEntry(entry)
  const derived = createDeriver(compiled)(entry)
  if (facts === undefined) {
    expect(derived).toEqual({ is: 'underivable', why: 'masked' })
    // the one fact that is always masked
    expect(readsSession(compiled)).toBe(true)
    expect(entry).toMatchObject({ facts: { session: { id: { is: 'masked' } } } })
    return
  }
  expect(derived).toEqual({ is: 'same' })
  expect(createDeriver(compiled)(changed(entry)).is).toBe('other')
  const verdict = evaluatePolicy(compiled, facts)
  expect(verdict.denied).toBe(entry['denied'])
  expect(verdict.conditions).toEqual(entry['conditions'])
  expect(verdict.risk.upper).toBe((entry['risk'] as { upper: string }).upper)
  expect(verdict.risk.low).toBeCloseTo((entry['risk'] as { low: number }).low, 5)
  expect(verdict.risk.high).toBeCloseTo((entry['risk'] as { high: number }).high, 5)
  expect(outcomeOf(verdict, entry)).toBe(entry['outcome'])
}

/** The same with another outcome: no record of these facts. */
function changed(entry: AuditEntry): AuditEntry {
  return { ...entry, outcome: entry['outcome'] === 'pass' ? 'deny' : 'pass' }
}

/** What follows from a verdict and the opt-outs' answers, as the record has them. */
function outcomeOf(verdict: ReturnType<typeof evaluatePolicy>, entry: AuditEntry): string {
  if (verdict.denied !== 'false') return 'deny'
  if (verdict.unmet.length === 0) return 'pass'
  const checks = (entry['checks'] ?? []) as unknown as OptOutCheck[]
  const reasons = entry['reasons'] as { code: string }[]
  const kept = reasons.some(
    ({ code }) => code === 'not_same_origin' || code === 'one_allowance_only',
  )
  const answered = verdict.unmet.every(({ rule }) =>
    checks.some((check) => check.rule === rule && check.holds === 'true'),
  )
  return answered && !kept ? 'opt-out' : 'challenge'
}

function readsSession({ rules, optOuts, segments }: CompiledPolicy): boolean {
  return [...rules, ...Object.values(optOuts), ...Object.values(segments)].some(({ when }) =>
    when?.reads.facts.includes('session.id'),
  )
}
