// What a policy comes to on facts alone: verdict and opt-outs, without a request, a store or a log.
import {
  type CompiledPolicy,
  evaluatePolicy,
  type Facts,
  type Outcome,
  type SwitchTarget,
} from '@countersign/core'
import {
  type Answers,
  answerUnmetRules,
} from '../../../packages/core/src/opt-outs/answer-unmet-rules.ts'
import {
  type PreparedOptOuts,
  prepareOptOuts,
} from '../../../packages/core/src/opt-outs/prepare-opt-outs.ts'
import {
  type PreparedPolicy,
  preparePolicy,
} from '../../../packages/core/src/policy/prepare-policy.ts'

export interface Judged {
  readonly outcome: Outcome
  readonly verdict: ReturnType<typeof evaluatePolicy>
  readonly answers: Answers | undefined
}

const prepared = new WeakMap<CompiledPolicy, { policy: PreparedPolicy; optOuts: PreparedOptOuts }>()

/** An allowance counts as one that can still be spent. */
export function judge(
  compiled: CompiledPolicy,
  facts: Facts,
  suspended: readonly SwitchTarget[] = [],
): Judged {
  const verdict = evaluatePolicy(compiled, facts)
  if (verdict.denied !== 'false') return { outcome: 'deny', verdict, answers: undefined }
  if (verdict.unmet.length === 0) return { outcome: 'pass', verdict, answers: undefined }
  const { policy, optOuts } = prepare(compiled)
  const answers = answerUnmetRules(
    {
      facts,
      verdict,
      segments: policy.segments,
      isSuspended: (target) => suspended.includes(target) || suspended.includes('opt-outs'),
      isSpendingUncertain: () => false,
    },
    optOuts,
  )
  return { outcome: answers.unanswered.length > 0 ? 'challenge' : 'opt-out', verdict, answers }
}

const ORDER: readonly Outcome[] = ['pass', 'opt-out', 'challenge', 'deny']

/** The higher the stricter. */
export function strictness(outcome: Outcome): number {
  return ORDER.indexOf(outcome)
}

function prepare(compiled: CompiledPolicy): { policy: PreparedPolicy; optOuts: PreparedOptOuts } {
  let known = prepared.get(compiled)
  if (known === undefined) {
    known = { policy: preparePolicy(compiled), optOuts: prepareOptOuts(compiled) }
    prepared.set(compiled, known)
  }
  return known
}
