// Law 9, for one record: decided again by the policy that decided it, does the same come out?
import { factsFromEntry } from '../decide/facts-from-entry.ts'
import { type DryDecision, decideIn } from '../explain/explain-facts.ts'
import { prepareOptOuts } from '../opt-outs/prepare-opt-outs.ts'
import { type CompiledPolicy, EVALUATOR_VERSION } from '../policy/compiled-policy.ts'
import { preparePolicy } from '../policy/prepare-policy.ts'
import type { AuditEntry } from '../ports/audit-log.ts'
import type { Json } from '../ports/json.ts'
import { recordedSurroundings } from './recorded-surroundings.ts'
import { type Underivable, whyNoFacts } from './underivable.ts'

export type Derived =
  | { readonly is: 'same' }
  /** Each of `differs`: what the record says, and what comes out. */
  | { readonly is: 'other'; readonly differs: readonly string[] }
  | { readonly is: 'underivable'; readonly why: Underivable }

/**
 * For the decisions that `policy` made (those with its revision): the three-valued result of each condition, whether it
 * is denied, the risk, the outcome and the opt-outs it stands on are worked out anew and held against the record.
 */
export function createDeriver(policy: CompiledPolicy): (entry: AuditEntry) => Derived {
  const ready = { policy: preparePolicy(policy), optOuts: prepareOptOuts(policy) }
  return function derive(entry) {
    if (entry['evaluator'] !== EVALUATOR_VERSION)
      return { is: 'underivable', why: 'other_evaluator' }
    const facts = factsFromEntry(entry)
    if (facts === undefined) return { is: 'underivable', why: whyNoFacts(entry) }
    const { hadRoom, ...around } = recordedSurroundings(entry)
    const honoured = entry['optOuts']
    const explained = decideIn(ready, facts, {
      ...around,
      hasRoom: ({ optOut, rule }) =>
        Array.isArray(honoured) ? honoured.includes(optOut) : hadRoom(rule.rule, optOut),
    })
    const differs = differences(entry, explained)
    return differs.length === 0 ? { is: 'same' } : { is: 'other', differs }
  }
}

function differences(entry: AuditEntry, { outcome, optOuts, verdict }: DryDecision): string[] {
  const risk = (entry['risk'] ?? {}) as { readonly [key: string]: Json }
  const recorded = entry['because'] === 'too_little' ? 'challenge' : entry['outcome']
  const level = verdict.risk.level.is === 'known' ? verdict.risk.level.value : 'unknown'
  const compared: readonly [what: string, recorded: Json | undefined, derived: Json][] = [
    ['outcome', recorded, outcome],
    ['opt-outs', sorted(entry['optOuts'] ?? []), sorted(optOuts)],
    ['denied', entry['denied'], verdict.denied],
    ['conditions', entries(entry['conditions']), entries(verdict.conditions)],
    ['risk', [risk['level'] ?? null, risk['upper'] ?? null], [level, verdict.risk.upper]],
  ]
  return compared.flatMap(([what, before, now]) => {
    const [a, b] = [JSON.stringify(before), JSON.stringify(now)]
    return a === b ? [] : [`${what}: the record says ${a}, derived is ${b}`]
  })
}

function sorted(names: Json): Json {
  return Array.isArray(names) ? [...names].sort() : names
}

function entries(conditions: Json | undefined): Json {
  return Object.entries(conditions ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
}
