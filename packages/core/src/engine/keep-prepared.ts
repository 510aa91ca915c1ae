// The policy in force and the candidate that is tried, made ready: once per activation, and the last good one where a new
// one cannot be run (T26).
import type { Logger } from '../ports/logger.ts'
import type { Position } from '../ports/position.ts'
import type { Activation } from '../state/activations.ts'
import type { Rollout } from '../state/rollouts.ts'
import type { State } from '../state/state.ts'
import { type PreparedActivation, prepareActivation } from './prepare-activation.ts'

export interface PreparedRollout {
  readonly rollout: Rollout
  readonly prepared: PreparedActivation
}

export interface KeptPrepared {
  current(): PreparedActivation | undefined
  trying(): PreparedRollout | undefined
}

export function keepPrepared(
  state: State,
  logger: Logger,
  onFolded: (listener: () => void) => unknown,
): KeptPrepared {
  const active = keepOne(logger)
  const candidate = keepOne(logger)
  let current: PreparedActivation | undefined
  let trying: PreparedRollout | undefined
  onFolded(() => {
    const activation = state.active()
    if (activation !== undefined) current = active(activation) ?? current
    const rollout = state.rollouts.current()
    if (rollout === trying?.rollout) return
    // one that cannot be run is not tried, and the policy in force decides for everybody
    const prepared = rollout && candidate(toActivation(rollout))
    trying = rollout && prepared && { rollout, prepared }
  })
  return { current: () => current, trying: () => trying }
}

function keepOne(logger: Logger): (activation: Activation) => PreparedActivation | undefined {
  let known: PreparedActivation | undefined
  let refused: Position | undefined
  return function prepare(activation) {
    if (activation.position === known?.activation.position) return known
    if (activation.position === refused) return undefined
    try {
      known = prepareActivation(activation)
      return known
    } catch (error) {
      refused = activation.position
      logger.error(
        { err: error, activation: activation.position },
        'a policy cannot be run: the one before stays in force',
      )
      return undefined
    }
  }
}

function toActivation({ position, policy, at, by, why }: Rollout): Activation {
  return { position, policy, kind: 'rollout', at, by, why }
}
