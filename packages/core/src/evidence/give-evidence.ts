// Giving evidence: what was proved just now, added to what this login had proved before, sealed into its cookie.
import type { Position } from '../ports/position.ts'
import type { Cookie } from '../request/serialize-cookie.ts'
import type { Sealer } from '../seal/create-sealer.ts'
import { randomId } from '../seal/random-id.ts'
import {
  EVIDENCE_COOKIE,
  type Evidence,
  type GivenPermit,
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

export function addToEvidence({
  subject,
  binding,
  before,
  added,
  at,
  position,
}: EvidenceGift): Evidence {
  return {
    id: randomId(),
    subject,
    binding,
    factors: mergeFactors(before?.factors ?? [], added),
    givenAt: at,
    position,
    ...(before?.permits === undefined ? {} : { permits: before.permits }),
  }
}

const MOST_PERMITS = 3
/** Characters. A cookie that a browser does not take would be no evidence at all. */
const MOST_OF_PERMITS = 1_500

/** The older ones make room: they are good for few minutes and one request each. */
export function withPermit(evidence: Evidence, permit: GivenPermit): Evidence {
  const permits = [permit, ...(evidence.permits ?? [])].slice(0, MOST_PERMITS)
  while (permits.length > 1 && JSON.stringify(permits).length > MOST_OF_PERMITS) permits.pop()
  return { ...evidence, permits }
}

export async function sealEvidence(sealer: Sealer, evidence: Evidence): Promise<Cookie> {
  const { permits, ...rest } = evidence
  const value = await sealer.seal({
    ...rest,
    factors: evidence.factors.map((one) => ({ ...one })),
    ...(permits === undefined ? {} : { permits: permits.map((one) => ({ ...one })) }),
  })
  return { name: EVIDENCE_COOKIE, value, maxAgeSeconds: LONGEST_EVIDENCE_MS / 1000 }
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
