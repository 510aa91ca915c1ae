// What a policy decides on given facts, away from any running guard: nothing is spent, recorded or rotated, no switch is
// thrown, and an allowance counts as unspent.
import type { OptOutCheck, Outcome } from '../decide/decision.ts'
import { answerUnmetRules } from '../opt-outs/answer-unmet-rules.ts'
import { prepareOptOuts } from '../opt-outs/prepare-opt-outs.ts'
import type { CompiledPolicy } from '../policy/compiled-policy.ts'
import { evaluatePrepared } from '../policy/evaluate-policy.ts'
import type { Facts } from '../policy/facts.ts'
import { preparePolicy } from '../policy/prepare-policy.ts'
import type { Verdict } from '../policy/verdict.ts'

export interface ExplainedFacts {
  readonly outcome: Outcome
  readonly verdict: Verdict
  readonly checks: readonly OptOutCheck[]
  /** Those that the outcome stands on. Empty unless it is `opt-out`. */
  readonly optOuts: readonly string[]
  /** Unmet rules that no opt-out answers. */
  readonly unanswered: readonly string[]
}

export function explainFacts(compiled: CompiledPolicy, facts: Facts): ExplainedFacts {
  const policy = preparePolicy(compiled)
  const verdict = evaluatePrepared(policy, facts)
  if (verdict.denied !== 'false') return plain('deny', verdict)
  if (verdict.unmet.length === 0) return plain('pass', verdict)
  const { checks, optOuts, toSpend, unanswered } = answerUnmetRules(
    { facts, verdict, segments: policy.segments, isSuspended: () => false },
    prepareOptOuts(compiled),
  )
  if (unanswered.length > 0) {
    const rules = unanswered.map(({ rule }) => rule)
    return { outcome: 'challenge', verdict, checks, optOuts: [], unanswered: rules }
  }
  const spent = toSpend?.allowances.slice(0, 1) ?? []
  const standsOn = [...optOuts, ...spent].sort()
  return { outcome: 'opt-out', verdict, checks, optOuts: standsOn, unanswered: [] }
}

function plain(outcome: 'deny' | 'pass', verdict: Verdict): ExplainedFacts {
  return { outcome, verdict, checks: [], optOuts: [], unanswered: [] }
}
