// An activation as operators see it.
import type { Engine } from '../engine/engine.ts'
import type { Activation } from '../state/activations.ts'
import type { ActivationSummary } from './operator.ts'

export function summarizeActivation(
  { state }: Pick<Engine, 'state'>,
  { position, policy, at, by, why, kind, approvedBy }: Activation,
): ActivationSummary {
  return {
    activation: position,
    revision: policy.revision,
    name: policy.name,
    ...{ at, by, why, kind },
    ...(approvedBy === undefined ? {} : { approvedBy }),
    inForce: state.active()?.position === position,
    recalled: state.isRecalled(position),
  }
}
