// A shadowed candidate, asked beside the path what it would have decided. It decides nothing, spends nothing, binds nothing,
// and nobody waits for it; only where it differs is that recorded.
import type { DeviceReading } from '../device/read-device.ts'
import type { Engine } from '../engine/engine.ts'
import { type DryDecision, decideIn } from '../explain/explain-facts.ts'
import { evaluatePrepared } from '../policy/evaluate-policy.ts'
import type { ReasonCode } from '../policy/reason-code.ts'
import { coerceResource } from '../request/coerce-resource.ts'
import { readTargets } from '../target/read-targets.ts'
import type { Basis } from './basis.ts'
import type { Decision } from './decision.ts'
import { factsOfRequest } from './facts-of-request.ts'

/** `given`: what the app says the action is about, read once. */
export async function observeShadow(
  engine: Engine,
  decision: Decision,
  { scene }: Basis,
  given: unknown,
): Promise<void> {
  const trying = engine.trying()
  if (trying?.rollout.plan.kind !== 'shadow') return
  const { prepared, rollout } = trying
  const plan = prepared.policy.planFor(decision.action)
  const resource = plan === undefined ? {} : coerceResource(plan.declaration, given)
  const device = asIfBound(scene.device)
  const read = await factsOfRequest(engine, prepared, scene, resource, device)
  const verdict = evaluatePrepared(prepared.policy, read)
  const facts = await readTargets(engine, {
    ...{ activation: prepared, scene, resource, facts: read, verdict },
  })
  const decided = decideIn(prepared, facts, {
    isSuspended: (target) => engine.state.isSuspended(target, scene.at),
    // what it would have let people spend before is not known: an allowance has room
    hasRoom: () => true,
    keptBy: keptBy(engine, scene),
  })
  const { outcome } = decided
  // that two challenges brought too little is no word of the policy's
  const live =
    decision.outcome === 'deny' && decision.because === 'too_little'
      ? 'challenge'
      : decision.outcome
  engine.shadow.add(rollout.position, live, outcome)
  if (outcome === live) return
  engine.recorder.note({
    ...{ type: 'shadow', at: scene.at, subject: scene.identity.subject },
    ...{ decision: decision.id, action: decision.action, live, outcome },
    ...{ revision: rollout.policy.revision, rollout: rollout.position },
    ...whySo(decided),
  })
}

/** Its first use in a login is checked only where a decision hangs on it: what nobody checked is taken for what it says. */
function asIfBound(device: DeviceReading): DeviceReading {
  return device.is === 'unbound' ? { is: 'bound', cookie: device.cookie } : device
}

function keptBy(engine: Engine, { mayOptOut }: Basis['scene']): ReasonCode | undefined {
  if (!mayOptOut) return 'not_same_origin'
  return engine.freshness.isStale() ? 'feed_stale' : undefined
}

function whySo({ optOuts, unanswered }: DryDecision) {
  return {
    ...(optOuts.length === 0 ? {} : { optOuts }),
    ...(unanswered.length === 0 ? {} : { unanswered }),
  }
}
