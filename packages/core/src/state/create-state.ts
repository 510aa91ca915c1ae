// The fold: what all events so far mean. Decisions read it synchronously; only the feed's events change it.
import type { FeedBatch } from '../ports/feed.ts'
import { comparePositions, nextPosition, type Position, readPosition } from '../ports/position.ts'
import { checkAuthority, replacedBy, type Signatures } from './check-authority.ts'
import { checkEvent } from './check-event.ts'
import { isBefore } from './revocations.ts'
import { writeSnapshot } from './snapshot.ts'
import type { Applied, FoldedEntry, FoldProblem, RefusedEntry, State } from './state.ts'
import {
  copyParts,
  createParts,
  foldEvent,
  generationOf,
  restoreParts,
  startOf,
} from './state-parts.ts'

export interface StateOptions {
  /** Milliseconds since the epoch: for retention alone. */
  readonly now: () => number
  /** Where loosening takes a signature. @default whoever may append may loosen */
  readonly authority?: Signatures | undefined
}

export function createState({ now, authority }: StateOptions): State {
  let parts = createParts()
  let position: Position | undefined
  let broken = false
  let generation = Number.NaN
  let generationReadOf: Position | undefined

  function apply(batch: FeedBatch): Applied {
    const applied = batch.snapshot === undefined ? follow(batch) : replace(batch, batch.snapshot)
    broken = !applied.ok
    if (applied.ok) drop()
    return applied
  }

  function follow(batch: FeedBatch): Applied {
    if (broken) return refuse('out_of_sequence', 'only a snapshot mends a broken state')
    const first = batch.events[0]
    position ??= startOf(first?.position ?? batch.position)
    if (generationOf(batch.position) > generationOf(position)) {
      return refuse('new_generation', `${batch.position} after ${position}, without a snapshot`)
    }
    return foldAll(batch, false)
  }

  function replace(batch: FeedBatch, bytes: Uint8Array): Applied {
    if (position !== undefined && !(comparePositions(batch.position, position) >= 0)) {
      return refuse('went_back', `the snapshot reaches ${batch.position}, folded is ${position}`)
    }
    const before = { parts, position }
    try {
      const start = batch.events[0]?.position ?? batch.position
      const restored = restoreParts(bytes, start, now())
      const { reaches } = restored
      // what was granted up to there holds on, and what took it back since would be forgotten
      if (
        position !== undefined &&
        reaches !== undefined &&
        comparePositions(reaches, position) < 0
      )
        return refuse('went_back', `it goes on from ${reaches}, folded is ${position}`)
      parts = restored.parts
      position = restored.position
    } catch (error) {
      parts = before.parts
      position = before.position
      return refuse('bad_snapshot', error instanceof Error ? error.message : String(error))
    }
    const applied = foldAll(batch, true)
    if (!applied.ok) {
      parts = before.parts
      position = before.position
    }
    return applied
  }

  function foldAll(batch: FeedBatch, replaced: boolean): Applied {
    const folded: FoldedEntry[] = []
    const refused: RefusedEntry[] = []
    for (const entry of batch.events) {
      const expected = nextPosition(position as Position)
      if (entry.position !== expected) {
        const problem =
          comparePositions(entry.position, expected) < 0 ? 'went_back' : 'out_of_sequence'
        return refuse(problem, `${entry.position} where ${expected} was due`)
      }
      const shape = checkEvent(entry.event)
      if (shape === 'unknown') return refuse('unknown_event', `at ${entry.position}`)
      position = entry.position
      if (shape === 'malformed') {
        refused.push({ ...entry, why: shape })
        continue
      }
      if (parts.window.has(entry.event.id)) continue
      const authorized = checkAuthority(parts, entry, authority)
      if (!authorized.ok) {
        refused.push({ ...entry, why: authorized.why })
        continue
      }
      parts.window.add(entry.event.id)
      const { ok: _, ...as } = authorized
      foldEvent(parts, entry, now(), as)
      folded.push({ ...entry, as })
    }
    if (batch.position !== position) {
      const problem =
        comparePositions(batch.position, position as Position) < 0 ? 'went_back' : 'out_of_sequence'
      return refuse(problem, `the reader is at ${batch.position}, folded is ${position}`)
    }
    return { ok: true, replaced, folded, refused }
  }

  function drop(): void {
    const at = now()
    parts.activations.drop(at)
    parts.revocations.drop(at)
    parts.signals.sweep(at)
  }

  /** Not a position of this history, as far as it is known: of an earlier one beyond its end, or of a later one. */
  function isLost(generation: number, sequence: number): boolean {
    if (position === undefined) return true
    if (generation === currentGeneration()) return !(sequence >= 0)
    return parts.lineage.isLost(generation, sequence)
  }

  function currentGeneration(): number {
    if (position !== generationReadOf) {
      generationReadOf = position
      generation = position === undefined ? Number.NaN : generationOf(position)
    }
    return generation
  }

  async function toBytes(endedAt?: number): Promise<Uint8Array> {
    if (position === undefined) throw new Error('nothing was folded yet: there is no state to keep')
    return writeSnapshot(copyParts(parts, position, endedAt))
  }

  return {
    get position() {
      return position
    },
    apply,
    active: () => parts.activations.active(),
    activations: () => parts.activations.history(),
    findActivation: (one) => parts.activations.find(one),
    activationBefore: () => parts.activations.before(),
    get rollouts() {
      return parts.activations.rollouts
    },
    get proposals() {
      return parts.activations.proposals
    },
    lastPolicyChange: () => parts.activations.last(),
    isRecalled(activation) {
      return parts.activations.isRecalled(activation) || isLost(...readPosition(activation))
    },
    isSuspended: (target, at) => parts.switches.isSuspended(target, at),
    suspensions: (at) => parts.switches.suspensions(at),
    subjectEpoch(subject) {
      const epoch = parts.revocations.epoch(subject)
      return epoch && `${epoch.generation}:${epoch.sequence}`
    },
    credentialChangedAt: (subject) => parts.revocations.epoch(subject)?.at,
    endedBySubject(subject, givenAt) {
      const [generation, sequence] = readPosition(givenAt)
      if (isLost(generation, sequence)) return true
      const epoch = parts.revocations.epoch(subject)
      return epoch !== undefined && isBefore(generation, sequence, epoch)
    },
    isSessionRevoked: (subject, session) => parts.revocations.isSessionRevoked(subject, session),
    isDeviceRevoked: (subject, device) => parts.revocations.isDeviceRevoked(subject, device),
    areDevicesRevoked: (subject, givenAt, grantedAt) =>
      parts.revocations.areDevicesRevoked(subject, ...readPosition(givenAt), grantedAt),
    replacedBy: (change) => replacedBy(parts, change),
    signal: (code, about, at, halfLifeMs) => parts.signals.find(code, about, at, halfLifeMs),
    maySignal: (code, about, at) =>
      parts.signals.mayHold(code, about, at) || parts.sources.isQuiet(code, at),
    sources: () => parts.sources.list(),
    get begunAt() {
      return parts.begunAt
    },
    toSnapshot: () => toBytes(),
    toLastSnapshot: () => toBytes(now()),
  }
}

function refuse(problem: FoldProblem, text: string): Applied {
  return { ok: false, problem, text }
}
