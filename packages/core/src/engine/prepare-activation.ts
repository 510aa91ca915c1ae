// The policy in force, with everything made ready that can be done once per activation.
import { deviceLimits } from '../device/give-device.ts'
import { type PreparedOptOuts, prepareOptOuts } from '../opt-outs/prepare-opt-outs.ts'
import type { DeviceLimits } from '../policy/facts.ts'
import { type PreparedPolicy, preparePolicy } from '../policy/prepare-policy.ts'
import type { Activation } from '../state/activations.ts'
import { type RecordedReads, recordedReads } from './recorded-reads.ts'

export interface PreparedActivation {
  readonly activation: Activation
  readonly policy: PreparedPolicy
  readonly optOuts: PreparedOptOuts
  /** The limits that a device trusted now is given. */
  readonly deviceLimits: Readonly<Record<string, DeviceLimits>>
  readonly reads: RecordedReads
}

export function prepareActivation(activation: Activation): PreparedActivation {
  const policy = preparePolicy(activation.policy)
  return {
    activation,
    policy,
    optOuts: prepareOptOuts(activation.policy),
    deviceLimits: deviceLimits(activation.policy.optOuts),
    reads: recordedReads(activation.policy),
  }
}
