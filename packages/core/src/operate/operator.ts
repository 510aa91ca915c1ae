// What operators do to a running engine. Each act says who and why, is appended to the feed, and is recorded.
import type { OperatorPrivateKey } from '../authority/operator-key.ts'
import type { ShadowTotals } from '../engine/shadow-counts.ts'
import type { CompiledPolicy } from '../policy/compiled-policy.ts'
import type { Position } from '../ports/position.ts'
import type { RolloutStep, SwitchTarget } from '../state/feed-event.ts'
import type { ListedKeys } from './list-operator-keys.ts'

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
  /** `promote`: it had been rolled out before. */
  readonly kind: 'activate' | 'rollback' | 'promote' | 'rollout'
  /** Who agreed, where it was proposed. */
  readonly approvedBy?: string
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

export interface RolloutSummary {
  /** Its position: what is granted under the candidate keeps it, and `recall` takes it. */
  readonly rollout: Position
  readonly revision: string
  readonly name: string
  readonly at: number
  readonly by: string
  readonly why: string
  /** `shadow`: it decides nothing. */
  readonly kind: 'shadow' | 'percent'
  /** Who agreed, where it was proposed. */
  readonly approvedBy?: string
  /** The share of the subjects that it decides for now, 0 to 100. */
  readonly percent: number
  readonly steps: readonly RolloutStep[]
  /** Milliseconds since the epoch. Absent where no step comes by itself. */
  readonly nextStepAt?: number
  /** Since when it goes no further by itself. */
  readonly frozenAt?: number
  /** Absent while it is tried. */
  readonly ended?: 'promoted' | 'aborted' | 'superseded'
  readonly endedAt?: number
  readonly recalled: boolean
  /** What this instance has seen of it since its start. */
  readonly observed?: ShadowTotals
}

export interface ProposalSummary {
  readonly proposal: Position
  readonly revision: string
  readonly name: string
  readonly at: number
  readonly by: string
  readonly why: string
  /** What it becomes once it is approved. */
  readonly kind: 'activate' | 'shadow' | 'percent'
  readonly steps: readonly RolloutStep[]
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
  /**
   * Tries a policy beside the one in force. `shadow`: it decides nothing, spends nothing, and where it would decide
   * otherwise that is recorded. Steps: it decides for so many percent of the subjects, the same ones at every request and on
   * every instance, until it is promoted or aborted. Its routes hold once it is promoted.
   */
  rollout(
    policy: string | object,
    signed: SignedByKey & { readonly plan: 'shadow' | readonly RolloutStep[] },
  ): Promise<RolloutSummary>
  /** Other steps, which begin now; one that was frozen goes on. */
  widen(signed: SignedByKey & { readonly steps: readonly RolloutStep[] }): Promise<RolloutSummary>
  /** No step comes by itself any more. */
  freeze(signed: Signed): Promise<RolloutSummary>
  /** The candidate takes the place of the policy in force. */
  promote(signed: SignedByKey): Promise<ActivationSummary>
  /** The policy in force decides for everybody again. `recall` also ends what was granted under the candidate. */
  abort(signed: SignedByKey & { readonly recall?: boolean }): Promise<RolloutSummary>
  /** Waits for somebody else's `approve`: to be put in force, or to be rolled out by `plan`. */
  propose(
    policy: string | object,
    signed: SignedByKey & { readonly plan?: 'shadow' | readonly RolloutStep[] },
  ): Promise<ProposalSummary>
  /**
   * Begins what was proposed. Refused to who proposed it, by name and by key; and where a waiver that is new or changed
   * names an approver who is neither of the two.
   */
  approve(proposal: Position, signed: SignedByKey): Promise<ActivationSummary | RolloutSummary>
  decline(proposal: Position, signed: Signed): Promise<void>
  suspend(target: SwitchTarget, signed: Signed & { readonly until?: Date }): Promise<void>
  resume(target: SwitchTarget, signed: SignedByKey): Promise<void>
  /** Newest first. */
  history(): Promise<{
    readonly activations: readonly ActivationSummary[]
    readonly suspensions: readonly SuspensionSummary[]
    readonly rollouts: readonly RolloutSummary[]
    /** What waits for a second person. */
    readonly proposals: readonly ProposalSummary[]
  }>
  /** The policy of a revision that is or was in force or tried, as far back as the history goes. */
  policy(revision: string): Promise<CompiledPolicy | undefined>
  /** The keys that may sign what loosens. */
  keys(): Promise<ListedKeys>
}
