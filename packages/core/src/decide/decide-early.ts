// Decides ahead of a guard that has a store and a log, for one that has neither: refuses what is certain, and leaves the rest.
import type { Engine } from '../engine/engine.ts'
import type { Evaluated } from '../evaluate-request.ts'
import type { UnmetRule, Verdict } from '../policy/verdict.ts'
import type { Basis } from './basis.ts'
import {
  challengeStepUp,
  type DecisionBase,
  proceedPass,
  refuseDenied,
} from './compose-decision.ts'

/**
 * Certain is what no fact that is unknown here could change: an attribute, a detector's answer, a device's first use. A rule
 * that lists opt-outs is left to the guard behind, but where all of them are suspended; while this instance is stale none can
 * be hoped for (law 6).
 * Nothing is opened by leaving it: the guard behind decides (T31).
 */
export function decideEarly(engine: Engine, base: DecisionBase, basis: Basis): Evaluated {
  const { verdict, scene, facts } = basis
  const { policy } = basis.activation
  if (verdict.denied === 'true')
    return { decision: refuseDenied(base, verdict, policy), cookies: [], basis }
  const hopeless = verdict.unmet.filter(
    (rule) => isCertain(verdict, rule) && isHopeless(engine, rule, scene.at),
  )
  if (verdict.denied === 'false' && hopeless.length > 0) {
    const decision = challengeStepUp(base, verdict, facts, policy, { rules: hopeless, checks: [] })
    return { decision, cookies: [], basis }
  }
  const decision = proceedPass(base, scene.identity.subject, verdict, policy)
  return { decision, cookies: [], basis, deferred: 'opt-out' }
}

/** Without a condition it always applies. */
function isCertain({ conditions }: Verdict, { rule }: UnmetRule): boolean {
  return (conditions[rule] ?? 'true') === 'true'
}

function isHopeless(
  { freshness, state }: Engine,
  { rule, optOuts }: UnmetRule,
  at: number,
): boolean {
  return (
    freshness.isStale() ||
    state.isSuspended(`rule:${rule}`, at) ||
    optOuts.every((name) => state.isSuspended(`opt-out:${name}`, at))
  )
}
