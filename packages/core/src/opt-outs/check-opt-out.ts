// Whether one opt-out holds for one request: what all kinds have in common, then the kind itself. Pure.
import type { Facts } from '../policy/facts.ts'
import type { UnmetRule, Verdict } from '../policy/verdict.ts'
import { isBelow } from '../risk/assess-risk.ts'
import type { SwitchTarget } from '../state/feed-event.ts'
import { fails, type OptOutAnswer, undecided } from './opt-out-check.ts'
import type { PreparedOptOut } from './prepare-opt-outs.ts'

export interface OptOutScene {
  readonly facts: Facts
  readonly verdict: Verdict
  /** The segments of the policy with their threat models, for switches. */
  readonly segments: readonly {
    readonly name: string
    readonly key: string
    readonly model: { readonly name: string }
  }[]
  isSuspended(target: SwitchTarget): boolean
  /** True where what was spent on opt-outs of the rule may have been forgotten. */
  isSpendingUncertain(rule: UnmetRule): boolean
}

export function checkOptOut(
  scene: OptOutScene,
  rule: UnmetRule,
  prepared: PreparedOptOut,
): OptOutAnswer {
  const { facts, verdict } = scene
  const { name, optOut } = prepared
  if (isSwitchedOff(scene, rule.rule, prepared)) return fails('opt_out_suspended')
  if (optOut.until !== undefined && !(facts.at < optOut.until)) return fails('opt_out_ended')
  if (!isBelow(verdict.risk.upper, optOut.riskBelow))
    return verdict.risk.level.is === 'known' ? fails('risk_too_high') : undecided('risk_unknown')
  if (optOut.when !== undefined) {
    const when = Object.hasOwn(verdict.conditions, name) ? verdict.conditions[name] : 'unknown'
    if (when !== 'true')
      return when === 'false' ? fails('condition_false') : undecided('condition_unknown')
  }
  if (optOut.kind === 'allowance' && scene.isSpendingUncertain(rule))
    return fails('allowance_uncertain')
  return prepared.check(facts)
}

// Law 11: switching off a rule, a segment, a threat model or a threat suspends what is reachable through it.
function isSwitchedOff(
  scene: OptOutScene,
  rule: string,
  { name, threats }: PreparedOptOut,
): boolean {
  if (
    scene.isSuspended('opt-outs') ||
    scene.isSuspended(`opt-out:${name}`) ||
    scene.isSuspended(`rule:${rule}`) ||
    threats.some((threat) => scene.isSuspended(`threat:${threat}`))
  )
    return true
  for (const segment of scene.segments) {
    if (
      Object.hasOwn(scene.verdict.conditions, segment.key) &&
      scene.verdict.conditions[segment.key] === 'false'
    )
      continue
    if (
      scene.isSuspended(`segment:${segment.name}`) ||
      scene.isSuspended(`threat-model:${segment.model.name}`)
    )
      return true
  }
  return false
}
