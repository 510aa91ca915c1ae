// From verdict and answers to a decision with its reasons. Pure. The strictest wins: deny, challenge, opt-out, pass.
import type { Engine } from '../engine/engine.ts'
import type { PreparedActivation } from '../engine/prepare-activation.ts'
import type { OptOutCheck } from '../opt-outs/opt-out-check.ts'
import { checkProof } from '../policy/check-permit.ts'
import type { Facts } from '../policy/facts.ts'
import { mergeRequirements } from '../policy/merge-requirements.ts'
import type { PreparedPolicy } from '../policy/prepare-policy.ts'
import type { ReasonCode } from '../policy/reason-code.ts'
import type { UnmetRule, Verdict } from '../policy/verdict.ts'
import type { Decision, Reason } from './decision.ts'
import { REASON_TEXT } from './reason-text.ts'

/** What every decision of one evaluation shares. */
export interface DecisionBase {
  readonly id: string
  readonly at: number
  readonly action: string
  readonly revision: string
}

export function newDecision(
  engine: Engine,
  action: string,
  activation: PreparedActivation | undefined,
): DecisionBase {
  return {
    id: crypto.randomUUID(),
    at: engine.clock.now(),
    action,
    revision: activation?.activation.policy.revision ?? 'none',
  }
}

export function refuseSignIn(base: DecisionBase, code: ReasonCode): Decision {
  return {
    ...base,
    proceed: false,
    outcome: 'challenge',
    need: 'sign-in',
    reasons: [reason(code)],
    checks: [],
    withoutOptOuts: 'challenge',
  }
}

export function refuseFailure(base: DecisionBase, code: ReasonCode): Decision {
  return {
    ...base,
    proceed: false,
    outcome: 'deny',
    because:
      code === 'action_not_declared' || code === 'route_undetermined' ? 'undetermined' : 'failure',
    reasons: [reason(code)],
    checks: [],
    withoutOptOuts: 'deny',
  }
}

export function refuseDenied(
  base: DecisionBase,
  verdict: Verdict,
  policy: PreparedPolicy,
): Decision {
  const certain = verdict.denied === 'true'
  const rules = policy.compiled.rules.filter(
    (rule) =>
      rule.deny === true &&
      policy.planFor(base.action)?.rules.some(({ id }) => id === rule.id) === true,
  )
  const about = rules.filter((rule) => {
    const applies = rule.when === undefined ? 'true' : verdict.conditions[rule.id]
    return certain ? applies === 'true' : applies === 'unknown'
  })
  const code = certain
    ? 'rule_denies'
    : about.length > 0
      ? 'rule_undetermined'
      : 'action_not_declared'
  return {
    ...base,
    proceed: false,
    outcome: 'deny',
    because: certain ? 'policy' : 'undetermined',
    risk: verdict.risk,
    reasons: about.length > 0 ? about.map(({ id }) => reason(code, { rule: id })) : [reason(code)],
    checks: [],
    withoutOptOuts: 'deny',
  }
}

/** The common cases, this and `proceedOptOut`: spelled out and in loops, for spreads cost more than the whole policy. */
export function proceedPass(
  base: DecisionBase,
  subject: string,
  verdict: Verdict,
  policy: PreparedPolicy,
): Decision {
  const reasons: Reason[] = []
  for (const { id, when, require } of policy.planFor(base.action)?.rules ?? []) {
    if (require === undefined || (when !== undefined && verdict.conditions[id] === 'false'))
      continue
    reasons.push({ code: 'requirement_met', rule: id, text: REASON_TEXT.requirement_met })
  }
  if (reasons.length === 0) reasons.push(reason('no_rule'))
  return {
    id: base.id,
    at: base.at,
    action: base.action,
    revision: base.revision,
    proceed: true,
    subject,
    outcome: 'pass',
    risk: verdict.risk,
    reasons,
    checks: NO_CHECKS,
    withoutOptOuts: 'pass',
  }
}

const NO_CHECKS: readonly OptOutCheck[] = Object.freeze([])

export function proceedOptOut(
  base: DecisionBase,
  subject: string,
  verdict: Verdict,
  answered: { readonly optOuts: readonly string[]; readonly checks: readonly OptOutCheck[] },
): Decision {
  const reasons: Reason[] = []
  for (const { holds, rule, optOut } of answered.checks) {
    if (holds === 'true' && answered.optOuts.includes(optOut))
      reasons.push({ code: 'opt_out_holds', rule, optOut, text: REASON_TEXT.opt_out_holds })
  }
  return {
    id: base.id,
    at: base.at,
    action: base.action,
    revision: base.revision,
    proceed: true,
    subject,
    outcome: 'opt-out',
    optOuts: answered.optOuts,
    risk: verdict.risk,
    reasons,
    checks: answered.checks,
    withoutOptOuts: 'challenge',
  }
}

export interface Unanswered {
  readonly rules: readonly UnmetRule[]
  readonly checks: readonly OptOutCheck[]
  /** What kept an opt-out from being honoured that would have held. */
  readonly because?: ReasonCode | undefined
}

export function challengeStepUp(
  base: DecisionBase,
  verdict: Verdict,
  facts: Facts,
  policy: PreparedPolicy,
  unanswered: Unanswered,
): Decision {
  return {
    ...base,
    proceed: false,
    outcome: 'challenge',
    need: 'step-up',
    requirement: mergeRequirements(
      policy.levels,
      unanswered.rules.map(({ requirement }) => requirement),
    ),
    risk: verdict.risk,
    reasons: [
      ...unanswered.rules.map(({ rule, requirement }) =>
        reason(whyUnmet(checkProof(policy.levels, requirement, facts)), { rule }),
      ),
      ...(unanswered.because === undefined ? [] : [reason(unanswered.because)]),
    ],
    checks: unanswered.checks,
    withoutOptOuts: 'challenge',
  }
}

/** What was proved meets it, and yet it is unmet: its permit was used already, and counts no more. */
function whyUnmet(proof: ReasonCode): ReasonCode {
  return proof === 'requirement_met' ? 'permit_used' : proof
}

export function refuseTooLittle(
  base: DecisionBase,
  verdict: Verdict,
  checks: readonly OptOutCheck[],
): Decision {
  return {
    ...base,
    proceed: false,
    outcome: 'deny',
    because: 'too_little',
    risk: verdict.risk,
    reasons: [reason('too_little')],
    checks,
    withoutOptOuts: 'deny',
  }
}

function reason(
  code: ReasonCode,
  about: { readonly rule?: string; readonly optOut?: string } = {},
): Reason {
  return { code, ...about, text: REASON_TEXT[code] }
}
