// What a comparison of two policies finds, as data.
import type { Json, Outcome } from '@countersign/core'

/**
 * What became of somebody under the candidate. `newly-demanded`: they passed, and now go on by an opt-out only. The
 * first two loosen, and so does `newly-challenged` of who was denied.
 */
export type DifferenceKind =
  | 'newly-waived'
  | 'newly-passed'
  | 'newly-demanded'
  | 'newly-challenged'
  | 'newly-denied'

export interface Difference {
  readonly kind: DifferenceKind
  readonly action: string
  readonly live: Decided
  readonly candidate: Decided
  /** Of those that were looked at: how many end like this. They are kinds of situations, not people. */
  readonly situations: number
  /** One of them, as plain as there is: `countersign explain --facts` takes it. */
  readonly facts: Readonly<Record<string, Json>>
  /** The same for the live policy, where it does not declare all of these attributes. */
  readonly liveFacts?: Readonly<Record<string, Json>>
}

export interface Decided {
  readonly outcome: Outcome
  readonly optOuts: readonly string[]
  /** In a sentence or two. */
  readonly why: string
}

export interface Comparison {
  readonly differences: readonly Difference[]
  /** Nothing can differ that is not in `differences`. */
  readonly complete: boolean
  /** Why it is not complete, a sentence each. */
  readonly limits: readonly string[]
  /** How many situations were decided by both policies. */
  readonly situations: number
}
