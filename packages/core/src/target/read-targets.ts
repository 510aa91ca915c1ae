// The person's list against one request: read from the store only where an unmet rule lists an opt-out that asks for it.
import type { Basis } from '../decide/basis.ts'
import type { Engine } from '../engine/engine.ts'
import { withinDeadline } from '../engine/within-deadline.ts'
import type { Fact, Facts, TrustedTarget } from '../policy/facts.ts'
import type { ReasonCode } from '../policy/reason-code.ts'
import type { Json } from '../ports/json.ts'
import { parseTargetGrant, type TargetGrant, targetId, targetKey } from './target-grant.ts'

/** The same facts, at once, where nothing asks for the list; else with what it says of this resource. Whatever fails is unknown. */
export function readTargets(engine: Engine, basis: Basis): Facts | Promise<Facts> {
  const { activation, verdict } = basis
  const asking = verdict.unmet.flatMap(({ optOuts }) =>
    optOuts.filter((name) => activation.optOuts.get(name)?.optOut.kind === 'trusted-target'),
  )
  return asking.length === 0 ? basis.facts : readListed(engine, basis, new Set(asking))
}

async function readListed(
  engine: Engine,
  { activation, scene, facts }: Basis,
  asking: ReadonlySet<string>,
): Promise<Facts> {
  const targets: Record<string, Fact<TrustedTarget>> = {}
  for (const name of asking) {
    const optOut = activation.optOuts.get(name)?.optOut
    if (optOut?.kind !== 'trusted-target') continue
    const fact = Object.hasOwn(facts.resource, optOut.of) ? facts.resource[optOut.of] : undefined
    targets[name] =
      fact?.is === 'known'
        ? await readTarget(engine, scene.identity.subject, name, fact.value)
        : unknown('target_unknown')
  }
  return Object.freeze({ ...facts, targets })
}

async function readTarget(
  engine: Engine,
  subject: string,
  optOut: string,
  target: Json,
): Promise<Fact<TrustedTarget>> {
  try {
    const id = await targetId(optOut, target)
    const entry = await withinDeadline(engine.store.read(targetKey(subject, id)), 'a target')
    const grant = parseTargetGrant(entry?.value)
    if (grant === undefined || grant.optOut !== optOut || grant.target !== target)
      return { is: 'absent' }
    const ended = whyTargetEnded(engine.state, subject, grant)
    if (ended !== undefined) return unknown(ended)
    const { addedAt, activation, position, overallMs } = grant
    return { is: 'known', value: { id, addedAt, activation, position, overallMs } }
  } catch (error) {
    engine.logger.error({ err: error }, 'the trusted targets could not be read: none counts')
    return unknown('store_unavailable')
  }
}

/** Law 7: a credential event ends what was given before it, and a recall what was given under the activation. */
export function whyTargetEnded(
  state: Pick<Engine['state'], 'endedBySubject' | 'isRecalled'>,
  subject: string,
  { activation, position }: Pick<TargetGrant, 'activation' | 'position'>,
): ReasonCode | undefined {
  if (state.endedBySubject(subject, position)) return 'target_revoked'
  return state.isRecalled(activation) ? 'target_recalled' : undefined
}

function unknown(why: ReasonCode): Fact<TrustedTarget> {
  return { is: 'unknown', why }
}
