// What operators do to a running engine. Each act says who and why, is appended to the feed, and is recorded.
import type { OperatorPrivateKey } from '../authority/operator-key.ts'
import type { CompiledPolicy } from '../policy/compiled-policy.ts'
import type { Position } from '../ports/position.ts'
import type { SwitchTarget } from '../state/feed-event.ts'

export interface Signed {
  /** Who. */
  readonly by: string
  readonly why: string
}

/** What loosens: on a shared backend it takes the signature of an operator key that `operatorKeys` lists. */
export interface SignedByKey extends Signed {
  /** The private key. Not asked for where the backend is of one machine. @default that of the command */
  readonly key?: OperatorPrivateKey | undefined
}

export interface ActivationSummary {
  readonly activation: Position
  readonly revision: string
  readonly name: string
  readonly at: number
  readonly by: string
  readonly why: string
  readonly kind: 'activate' | 'rollback'
  readonly inForce: boolean
  readonly recalled: boolean
}

export interface SuspensionSummary {
  readonly target: SwitchTarget
  readonly at: number
  readonly by: string
  readonly why: string
  readonly until?: number
}

export interface DeviceSummary {
  readonly id: string
  readonly trustedAt: number
  readonly usedAt: number
  /** When it ends at the latest. */
  readonly endsAt: number
}

/** Every promise resolves once the change is folded here: the next request is decided by it. */
export interface Operator {
  /** `policy`: a path, YAML or JSON text, a document, or a compiled policy. Refused where lint finds an error. */
  activate(policy: string | object, signed: SignedByKey): Promise<ActivationSummary>
  /** Puts the policy before the one in force in force again (or that of `to`). `recall` also ends the grants of the one taken back. */
  rollback(
    signed: SignedByKey & { readonly to?: Position; readonly recall?: boolean },
  ): Promise<ActivationSummary>
  /** Ends every grant that was given under the activation. */
  recall(activation: Position, signed: Signed): Promise<void>
  suspend(target: SwitchTarget, signed: Signed & { readonly until?: Date }): Promise<void>
  resume(target: SwitchTarget, signed: SignedByKey): Promise<void>
  /** Newest first. */
  history(): Promise<{
    readonly activations: readonly ActivationSummary[]
    readonly suspensions: readonly SuspensionSummary[]
  }>
  /** The policy of a revision that is or was in force, as far back as the history goes. */
  policy(revision: string): Promise<CompiledPolicy | undefined>
}
