// A recorded decision under another policy: what would it have decided on the same facts?
import type { Outcome } from '../decide/decision.ts'
import { factsFromEntry } from '../decide/facts-from-entry.ts'
import { recordedReads } from '../engine/recorded-reads.ts'
import { type DrySpending, decideIn } from '../explain/explain-facts.ts'
import { prepareOptOuts } from '../opt-outs/prepare-opt-outs.ts'
import type { CompiledPolicy } from '../policy/compiled-policy.ts'
import type { Facts } from '../policy/facts.ts'
import { preparePolicy } from '../policy/prepare-policy.ts'
import type { AuditEntry } from '../ports/audit-log.ts'
import { COLD_START } from '../risk/assess-risk.ts'
import { recordedSurroundings } from './recorded-surroundings.ts'
import { createSpentInReplay } from './spent-in-replay.ts'
import { type Underivable, whyNoFacts } from './underivable.ts'

export type Replayed =
  | {
      readonly is: 'decided'
      readonly action: string
      /** As it was decided. `challenge` too where a second challenge had brought too little. */
      readonly before: Outcome
      readonly after: Outcome
      readonly optOutsBefore: readonly string[]
      readonly optOutsAfter: readonly string[]
      /** Segments of the candidate that certainly match. */
      readonly segments: readonly string[]
    }
  | { readonly is: 'underivable'; readonly why: Underivable }

/**
 * For records in their order: the candidate's allowances are counted along. Switches and stale moments of that time go on
 * to hold; that the candidate would have led people to other requests is not known, and not asked.
 */
export function createReplayer(candidate: CompiledPolicy): (entry: AuditEntry) => Replayed {
  const policy = preparePolicy(candidate)
  const ready = { policy, optOuts: prepareOptOuts(candidate) }
  const spent = createSpentInReplay(policy.levels)
  const misses = createMisses(candidate)
  return function replay(entry) {
    const facts = factsFromEntry(entry)
    if (facts === undefined) return { is: 'underivable', why: whyNoFacts(entry) }
    if (misses(facts)) return { is: 'underivable', why: 'not_recorded' }
    const { hadRoom: _, ...around } = recordedSurroundings(entry)
    let spending: DrySpending | undefined
    const { outcome, optOuts, verdict } = decideIn(ready, facts, {
      ...around,
      hasRoom(one) {
        if (!spent.hasRoom(one, facts)) return false
        spending = one
        return true
      },
    })
    if (outcome === 'opt-out' && spending !== undefined) spent.spend(spending, facts)
    return {
      is: 'decided',
      action: facts.action,
      before: entry['because'] === 'too_little' ? 'challenge' : (entry['outcome'] as Outcome),
      after: outcome,
      optOutsBefore: Array.isArray(entry['optOuts']) ? (entry['optOuts'] as string[]) : NONE,
      optOutsAfter: optOuts,
      segments: policy.segments
        .filter(({ key, when }) => when === undefined || verdict.conditions[key] === 'true')
        .map(({ name }) => name),
    }
  }
}

const NONE: readonly string[] = Object.freeze([])

/** Whether the candidate reads something of these facts that the policy of their time did not. */
function createMisses(candidate: CompiledPolicy): (facts: Facts) => boolean {
  const reads = recordedReads(candidate)
  const conditions = [
    ...candidate.rules.map(({ when }) => when),
    ...Object.values(candidate.optOuts).map(({ when }) => when),
    ...Object.values(candidate.segments).map(({ when }) => when),
  ]
  const models = new Set(Object.values(candidate.segments).map(({ threatModel }) => threatModel))
  const signals = new Set([
    ...conditions.flatMap((condition) => condition?.reads.signals ?? []),
    ...[...models].flatMap((name) => Object.keys(candidate.threatModels[name]?.signals ?? {})),
  ])
  signals.delete(COLD_START)
  return ({ action, resource, subject, session, signals: seen }) =>
    [...signals].some((code) => !Object.hasOwn(seen, code)) ||
    reads.claims.some((name) => !Object.hasOwn(subject.claims, name)) ||
    (reads.session && session.id.is === 'unknown' && session.id.why === 'fact_not_checked') ||
    [...reads.attributes(action), ...reads.masked(action)].some(
      (name) => !Object.hasOwn(resource, name),
    )
}
