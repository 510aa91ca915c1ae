// Giving evidence: what was proved just now, added to what this login had proved before, sealed into its cookie.
import type { Position } from '../ports/position.ts'
import type { Cookie } from '../request/serialize-cookie.ts'
import type { Sealer } from '../seal/create-sealer.ts'
import { randomId } from '../seal/random-id.ts'
import {
  EVIDENCE_COOKIE,
  type Evidence,
  LONGEST_EVIDENCE_MS,
  type ProvenFactor,
} from './evidence.ts'

export interface EvidenceGift {
  readonly subject: string
  readonly binding: string
  /** What this login had of it, as far as it still counts. */
  readonly before: Evidence | undefined
  readonly added: readonly ProvenFactor[]
  readonly at: number
  readonly position: Position
}

export async function giveEvidence(
  sealer: Sealer,
  { subject, binding, before, added, at, position }: EvidenceGift,
): Promise<{ readonly evidence: Evidence; readonly cookie: Cookie }> {
  const evidence: Evidence = {
    id: randomId(),
    subject,
    binding,
    factors: mergeFactors(before?.factors ?? [], added),
    givenAt: at,
    position,
  }
  const value = await sealer.seal({
    ...evidence,
    factors: evidence.factors.map((one) => ({ ...one })),
  })
  return {
    evidence,
    cookie: { name: EVIDENCE_COOKIE, value, maxAgeSeconds: LONGEST_EVIDENCE_MS / 1000 },
  }
}

/** What was proved before in this login stays, the newest of each method. */
function mergeFactors(
  before: readonly ProvenFactor[],
  added: readonly ProvenFactor[],
): readonly ProvenFactor[] {
  const newest = new Map<string, ProvenFactor>()
  for (const factor of [...before, ...added]) {
    const known = newest.get(factor.method)
    if (known === undefined || known.at <= factor.at) newest.set(factor.method, factor)
  }
  return [...newest.values()]
}
