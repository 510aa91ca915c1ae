// Evidence: what a completed challenge leaves, sealed. It adds to the assurance of one login of one subject, for a while.
import type { Factor, Permit } from '../policy/facts.ts'
import type { Json } from '../ports/json.ts'
import type { Position } from '../ports/position.ts'
import { ifShaped } from '../seal/if-shaped.ts'

export const EVIDENCE_COOKIE = '__Host-evidence'

/** NIST SP 800-63B-4: an AAL2 session ends after 24 hours at the latest, and evidence with it. */
export const LONGEST_EVIDENCE_MS: number = 24 * 60 * 60 * 1000

export interface Evidence {
  readonly id: string
  readonly subject: string
  readonly binding: string
  readonly factors: readonly ProvenFactor[]
  readonly givenAt: number
  /** How far the feed was folded then: a credential event after it ends the evidence. */
  readonly position: Position
  /** Newest first. */
  readonly permits?: readonly GivenPermit[]
}

export interface GivenPermit extends Permit {
  /** How far the feed was folded then: in another history its use may have been forgotten. */
  readonly position: Position
}

export interface ProvenFactor {
  /** RFC 8176 method. */
  readonly method: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

export function toFactors(evidence: Evidence | undefined): readonly Factor[] {
  if (evidence === undefined) return []
  return evidence.factors.map(({ method, at }) => ({ amr: [method], at, from: 'evidence' }))
}

export function parseEvidence(payload: Json | undefined): Evidence | undefined {
  return ifShaped<Evidence>(payload, {
    id: 'string',
    subject: 'string',
    binding: 'string',
    factors: 'object',
    givenAt: 'number',
    position: 'string',
  })
}
