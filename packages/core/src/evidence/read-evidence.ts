// The evidence cookie against the folded state: what of it counts for this login, now.
import { PERMIT_LIFE_MS } from '../policy/check-permit.ts'
import type { Json } from '../ports/json.ts'
import { type Position, readPosition } from '../ports/position.ts'
import type { Sealer } from '../seal/create-sealer.ts'
import type { Freshness } from '../state/freshness.ts'
import {
  EVIDENCE_COOKIE,
  type Evidence,
  type GivenPermit,
  LONGEST_EVIDENCE_MS,
  parseEvidence,
} from './evidence.ts'

export interface EvidenceScene {
  readonly at: number
  readonly subject: string
  readonly binding: string | undefined
  readonly cookies: ReadonlyMap<string, string>
  readonly sealer: Sealer
  readonly state: EvidenceState
  /** While stale: only what was given at or after this moment counts (law 6). `undefined`: not stale. */
  readonly notBefore: number | undefined
}

export interface EvidenceState {
  readonly position: Position | undefined
  endedBySubject(subject: string, givenAt: Position): boolean
  isSessionRevoked(subject: string, session: string): boolean
}

/** The evidence of this login, or `undefined`: none, malformed, another's, ended. Waits only for a token not seen before. */
export function readEvidence(
  scene: EvidenceScene,
): Evidence | undefined | Promise<Evidence | undefined> {
  const token = scene.cookies.get(EVIDENCE_COOKIE)
  if (token === undefined || scene.binding === undefined) return undefined
  const opening = scene.sealer.open(token)
  return opening instanceof Promise
    ? opening.then((payload) => checkEvidence(scene, payload))
    : checkEvidence(scene, opening)
}

function checkEvidence(scene: EvidenceScene, payload: Json | undefined): Evidence | undefined {
  const evidence = parseEvidence(payload)
  if (evidence === undefined) return undefined
  if (evidence.subject !== scene.subject || evidence.binding !== scene.binding) return undefined
  return countEvidence(scene, evidence)
}

/**
 * What of it counts now, or `undefined` where it has ended. Each factor ends by its own time, and lies before or after
 * the last confirmed moment by its own time, however often evidence was added to.
 */
export function countEvidence(
  { at, subject, state, notBefore }: Omit<EvidenceScene, 'cookies' | 'sealer' | 'binding'>,
  evidence: Evidence,
): Evidence | undefined {
  if (state.endedBySubject(subject, evidence.position)) return undefined
  if (notBefore !== undefined && !(evidence.givenAt >= notBefore)) return undefined
  const factors = evidence.factors.filter(
    (one) => at - one.at <= LONGEST_EVIDENCE_MS && (notBefore === undefined || one.at >= notBefore),
  )
  const permits = evidence.permits?.filter((one) =>
    countsPermit(one, at, notBefore, state.position),
  )
  return permits === undefined ? { ...evidence, factors } : { ...evidence, factors, permits }
}

/** In another history than its own, its use may lie in what was lost: once stays once. */
function countsPermit(
  { at: givenAt, position }: GivenPermit,
  at: number,
  notBefore: number | undefined,
  now: Position | undefined,
): boolean {
  if (now === undefined || readPosition(position)[0] !== readPosition(now)[0]) return false
  return at - givenAt <= PERMIT_LIFE_MS && (notBefore === undefined || givenAt >= notBefore)
}

/** From when on evidence counts: `undefined` while fresh; while stale from the last confirmed moment (law 6). */
export function evidenceNotBefore(
  freshness: Pick<Freshness, 'isStale' | 'lastConfirmedWall'>,
): number | undefined {
  if (!freshness.isStale()) return undefined
  return freshness.lastConfirmedWall() ?? Number.POSITIVE_INFINITY
}
