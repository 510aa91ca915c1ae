// Everything that changes decisions, as events of the feed.

import type { CompiledPolicy } from '../policy/compiled-policy.ts'
import type { Json } from '../ports/json.ts'
import type { Position } from '../ports/position.ts'

/** `by` of what an instance appends by itself: it only tightens (law 12). */
export const BY_ENGINE = 'countersign'

export type FeedEvent = PolicyEvent | SwitchEvent | RevocationEvent | SignalEvent | SourceEvent

export interface EventBase {
  /** Unique; a second event with the same id is folded once. */
  readonly id: string
  /** Milliseconds since the epoch, by the writer's clock. */
  readonly at: number
  /** Who: an operator's name, or `countersign` where the engine itself did it. */
  readonly by: string
  readonly why: string
  /**
   * What a loosening event takes the place of, where it is signed: the position of the activation or suspension, or what
   * the signal said. It has no effect where that is no longer so: an event that was signed once is no use again.
   */
  readonly replaces?: string
  /** A detached JWS (RFC 7515, appendix F) by an operator key, over `authority/signed-text.ts`. */
  readonly signature?: string
}

export interface PolicyEvent extends EventBase {
  readonly topic: 'policy'
  readonly data: PolicyChange
}
export type PolicyChange =
  | { readonly kind: 'activate'; readonly policy: CompiledPolicy }
  /** Puts the policy of the activation `to` in force again, as a new activation at this event's position. */
  | { readonly kind: 'rollback'; readonly to: Position; readonly recall: boolean }
  /** Tries a candidate beside the policy in force: what is granted under it keeps this event's position. */
  | { readonly kind: 'rollout'; readonly policy: CompiledPolicy; readonly plan: RolloutPlan }
  /** Gives the rollout other steps, which begin now. One that was frozen goes on. */
  | { readonly kind: 'widen'; readonly rollout: Position; readonly steps: readonly RolloutStep[] }
  /** The rollout goes no further by itself: instances may append it. */
  | { readonly kind: 'freeze'; readonly rollout: Position }
  /** The candidate takes the place of the policy in force. */
  | { readonly kind: 'promote'; readonly rollout: Position }
  /** The policy in force decides for everybody again. */
  | { readonly kind: 'abort'; readonly rollout: Position; readonly recall: boolean }
  /** Waits for somebody else's `approve`, which begins it. */
  | { readonly kind: 'propose'; readonly policy: CompiledPolicy; readonly plan?: RolloutPlan }
  | { readonly kind: 'approve'; readonly proposal: Position }
  | { readonly kind: 'decline'; readonly proposal: Position }

export type RolloutPlan =
  /** Decides nothing and spends nothing: what it would have decided otherwise is recorded. */
  | { readonly kind: 'shadow' }
  /** `salt`: 128 random bits, so that which subjects come first is nobody's to choose. */
  | { readonly kind: 'percent'; readonly salt: string; readonly steps: readonly RolloutStep[] }

export interface RolloutStep {
  /** Over 0, to 100. */
  readonly percent: number
  /** Milliseconds until the next step; absent in the last one, which holds until it is promoted or aborted. */
  readonly forMs?: number
}

export interface SwitchEvent extends EventBase {
  readonly topic: 'switch'
  readonly data: SwitchChange
}
export type SwitchChange =
  | { readonly kind: 'suspend'; readonly target: SwitchTarget; readonly until?: number }
  | { readonly kind: 'resume'; readonly target: SwitchTarget }

/** What can be switched off; always its opt-outs, never step-up (law 11). */
export type SwitchTarget =
  | 'opt-outs'
  | `opt-out:${string}`
  | `rule:${string}`
  | `segment:${string}`
  | `threat-model:${string}`
  | `threat:${string}`

export interface RevocationEvent extends EventBase {
  readonly topic: 'revocation'
  readonly data: Revocation
}
export type Revocation =
  /** A credential event: trust and evidence of the subject given before it have ended. */
  | { readonly kind: 'subject'; readonly subject: string; readonly what: CredentialChange }
  | { readonly kind: 'session'; readonly subject: string; readonly session: string }
  | { readonly kind: 'device'; readonly subject: string; readonly device: string }
  /** All devices that the subject trusted before this event. */
  | { readonly kind: 'devices'; readonly subject: string }
  /** Everybody's devices that were trusted before this moment, in milliseconds since the epoch. */
  | { readonly kind: 'devices-before'; readonly before: number }
  /** Ends every grant that was given under this activation. */
  | { readonly kind: 'activation'; readonly activation: Position }

export type CredentialChange =
  | 'password-changed'
  | 'password-reset'
  | 'factor-added'
  | 'factor-removed'
  | 'factor-reenrolled'
  | 'recovery-code-used'
  | 'admin-reset'
  | 'credential-compromised'
  | 'deactivated'
  | 'signed-out-everywhere'

export interface SignalEvent extends EventBase {
  readonly topic: 'signal'
  readonly data: ObservedSignal
}
export interface ObservedSignal {
  readonly code: string
  /** Exactly one of the four: whom it is about. */
  readonly about:
    | { readonly subject: string }
    | { readonly session: string; readonly subject: string }
    | { readonly device: string; readonly subject: string }
    | { readonly address: string }
  /** 0 to 1: how much of its weight in the threat model it adds. 0 takes the signal back. */
  readonly share: number
  /** Milliseconds since the epoch. */
  readonly until: number
  readonly details?: Json
  /** Who told it, where it came from outside: each source takes back its own alone. */
  readonly source?: string
  /** It takes nothing back and weakens nothing that holds of the same source. */
  readonly onlyTightens?: boolean
  /** When it was so, by the source's clock: one that is older than what holds of the same source only tightens. */
  readonly observedAt?: number
}

export interface SourceEvent extends EventBase {
  readonly topic: 'source'
  /** A source of signals proved to be alive. `until`: milliseconds since the epoch, from then on it is quiet. */
  readonly data: {
    readonly source: string
    readonly signals: readonly string[]
    readonly until: number
  }
}
