// What is known about one request: a policy's only input. Frozen once read.
import type { Json } from '../ports/json.ts'
import type { Position } from '../ports/position.ts'
import type { ReasonCode } from './reason-code.ts'

export type Truth = 'true' | 'false' | 'unknown'

/**
 * Known, stated as absent by a verified source (no such claim in a verified token), or unknown: failed, late,
 * ill-typed, or left out by the client.
 */
export type Fact<T> =
  | { readonly is: 'known'; readonly value: T }
  | { readonly is: 'absent' }
  | { readonly is: 'unknown'; readonly why: ReasonCode }

/** One act of authentication: how strongly and when. */
export interface Factor {
  readonly acr?: string
  /** RFC 8176 method references; empty where the source names none. */
  readonly amr: readonly string[]
  /** Milliseconds since the epoch; absent where the source does not say: no `maxAge` is met then. */
  readonly at?: number
  readonly from: 'identity' | 'evidence'
}

/** What a completed challenge allows besides its factors: the very action that it was for. */
export interface Permit {
  readonly id: string
  readonly action: string
  /** The attributes that it was shown for, with the values that were shown. */
  readonly bound: Readonly<Record<string, Json>>
  /** Milliseconds since the epoch. */
  readonly at: number
}

export interface TrustedDevice {
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly trustedAt: number
  readonly usedAt: number
  /** The activation under which the trust was given. */
  readonly activation: Position
  /** The limits of each trusted-device opt-out when the trust was given: they go on to hold where they are stricter. */
  readonly limits?: Readonly<Record<string, DeviceLimits>>
}

export interface DeviceLimits {
  readonly overallMs: number
  readonly idleMs: number
}

/** An entry of the subject's own list. */
export interface TrustedTarget {
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly addedAt: number
  /** The activation under which it was added. */
  readonly activation: Position
  /** How far the feed was folded then: a credential event after it ends the entry. */
  readonly position: Position
  /** The limit at its time: it goes on to hold where it is stricter. */
  readonly overallMs: number
}

export interface Signal {
  readonly is: 'present' | 'absent' | 'unjudged' | 'unknown'
  /** 0 to 1: how much of its weight it adds where it is present. */
  readonly share: number
  /** Milliseconds since the epoch until which it holds. */
  readonly until: number
  /** Present: the level is at least this. Unknown: it may be. */
  readonly floor?: 'MEDIUM'
  /** What it was judged by: for the record, no policy reads it. */
  readonly details?: Json
}

export interface Facts {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly action: string
  /** The attributes that the policy declares for the action, and no others. */
  readonly resource: Readonly<Record<string, Fact<Json>>>
  /** The canonical client address. */
  readonly address: Fact<string>
  readonly subject: { readonly id: string; readonly claims: Readonly<Record<string, Fact<Json>>> }
  readonly session: {
    readonly id: Fact<string>
    readonly factors: readonly Factor[]
    /** Those of this login that may still count. */
    readonly permits?: readonly Permit[]
  }
  /** The device that this subject trusts, as far as it has been checked. */
  readonly device: Fact<TrustedDevice>
  /** By trusted-target opt-out: what the subject's list says of this resource. One that is missing here is unknown. */
  readonly targets?: Readonly<Record<string, Fact<TrustedTarget>>>
  /** Every code that the policy names; one that is missing here is unknown. */
  readonly signals: Readonly<Record<string, Signal>>
}
