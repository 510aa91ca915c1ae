// The table of opt-out kinds, and every opt-out of a policy made ready to be asked.
import type { CompiledPolicy, OptOut } from '../policy/compiled-policy.ts'
import { prepareAllowance } from './check-allowance.ts'
import { prepareEnrollmentGrace } from './check-enrollment-grace.ts'
import { prepareNetwork } from './check-network.ts'
import { prepareTrustedDevice } from './check-trusted-device.ts'
import { prepareTrustedTarget } from './check-trusted-target.ts'
import { HOLDS, type KindCheck } from './opt-out-check.ts'

export interface PreparedOptOut {
  readonly name: string
  readonly optOut: OptOut
  /** Those that it is exposed to. */
  readonly threats: readonly string[]
  readonly check: KindCheck
}

export type PreparedOptOuts = ReadonlyMap<string, PreparedOptOut>

export function prepareOptOuts(compiled: CompiledPolicy): PreparedOptOuts {
  return new Map(
    Object.entries(compiled.optOuts).map(([name, optOut]) => [
      name,
      { name, optOut, threats: threatsTo(name, compiled), check: prepareKind(name, optOut) },
    ]),
  )
}

function threatsTo(optOut: string, { threats = {} }: CompiledPolicy): readonly string[] {
  return Object.keys(threats).filter((name) => threats[name]?.optOuts.includes(optOut))
}

function prepareKind(name: string, optOut: OptOut): KindCheck {
  switch (optOut.kind) {
    case 'trusted-device':
      return prepareTrustedDevice(name, optOut)
    case 'allowance':
      return prepareAllowance(optOut)
    case 'network':
    case 'waiver':
      return prepareNetwork(optOut.networks)
    case 'trusted-target':
      return prepareTrustedTarget(name, optOut)
    case 'enrollment-grace':
      return prepareEnrollmentGrace(optOut.claim)
    case 'low-risk':
      return () => HOLDS
  }
}
