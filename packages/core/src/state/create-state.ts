// The fold: what all events so far mean. Decisions read it synchronously; only the feed's events change it.
import type { Unauthorized } from '../authority/verify-event.ts'
import type { FeedBatch, FeedEntry } from '../ports/feed.ts'
import { comparePositions, nextPosition, type Position, readPosition } from '../ports/position.ts'
import type { Activation, Activations } from './activations.ts'
import { checkAuthority, replacedBy, type Signatures } from './check-authority.ts'
import { checkEvent } from './check-event.ts'
import type { CredentialChange, FeedEvent, SwitchTarget } from './feed-event.ts'
import type { About, LiveSignal } from './live-signals.ts'
import { isBefore } from './revocations.ts'
import { writeSnapshot } from './snapshot.ts'
import type { SourcesJson } from './sources.ts'
import {
  createParts,
  foldEvent,
  generationOf,
  partsToJson,
  restoreParts,
  startOf,
} from './state-parts.ts'
import type { Suspension } from './switches.ts'

export type Applied =
  /**
   * `folded`: the events that were new, in order. `refused`: those that changed nothing, for nobody signed them who may, or
   * they are broken.
   * `replaced`: a snapshot took the place of the state.
   */
  | {
      readonly ok: true
      readonly replaced: boolean
      readonly folded: readonly FeedEntry[]
      readonly refused: readonly RefusedEntry[]
    }
  | { readonly ok: false; readonly problem: FoldProblem; readonly text: string }

export interface RefusedEntry extends FeedEntry {
  readonly why: Unauthorized | 'malformed'
}

export type FoldProblem =
  /** Position or generation lies before what was already folded. */
  | 'went_back'
  /** An event is missing, or comes twice. */
  | 'out_of_sequence'
  /** Another generation without a snapshot of its own. */
  | 'new_generation'
  | 'bad_snapshot'
  /** An event that this release does not know: it might take something back. */
  | 'unknown_event'

/** All questions are answered in constant time, without waiting. */
export interface State {
  /** What was folded last; `undefined` before the first batch. */
  readonly position: Position | undefined
  /**
   * Folds a batch. Where it is refused the state stands as it was (up to the last good event), and every batch is
   * refused until one brings a snapshot that reaches at least as far.
   */
  apply(batch: FeedBatch): Applied

  /** The activation in force: the same object until another takes its place. */
  active(): Activation | undefined
  /** Oldest first, the last 200. */
  activations(): readonly Activation[]
  findActivation(position: Position): Activation | undefined
  /** What a rollback without a target goes back to; a second one goes further back. */
  activationBefore(): Activation | undefined
  /** The candidate that is tried, and those that were. */
  readonly rollouts: Activations['rollouts']
  /** What waits for a second person. */
  readonly proposals: Activations['proposals']
  /** Position of the last change of the policy or of a rollout that had an effect. */
  lastPolicyChange(): Position | undefined
  /** True where the activation was recalled, or lies in a history that was lost: its grants have ended. */
  isRecalled(activation: Position): boolean

  /** True too where all opt-outs are suspended. */
  isSuspended(target: SwitchTarget, at: number): boolean
  suspensions(at: number): readonly Suspension[]

  /** Position of the subject's last credential event. */
  subjectEpoch(subject: string): Position | undefined
  /** That event's time by its writer's clock, and what it was. */
  credentialChangedAt(
    subject: string,
  ): { readonly at: number; readonly what: CredentialChange } | undefined
  /**
   * True where trust or evidence of the subject that was given when `givenAt` was folded has ended: a credential event
   * came after, or `givenAt` is no position of this history.
   */
  endedBySubject(subject: string, givenAt: Position): boolean
  isSessionRevoked(subject: string, session: string): boolean
  isDeviceRevoked(subject: string, device: string): boolean
  /**
   * True where all devices of the subject that were trusted when `givenAt` was folded were taken back, or everybody's that
   * were trusted at `grantedAt`.
   */
  areDevicesRevoked(subject: string, givenAt: Position, grantedAt: number): boolean

  /** What a loosening event would take the place of: what it has to say as `replaces` where it is signed. */
  replacedBy(change: Pick<FeedEvent, 'topic' | 'data'>): string

  /** The strongest signal of this code about any of them that holds at `at`. */
  signal(code: string, about: About, at: number, halfLifeMs?: number): LiveSignal | undefined
  /**
   * Whether one may hold that is about a session, device or address which `about` leaves out, or that a source would have
   * told which has gone quiet.
   */
  maySignal(code: string, about: About, at: number): boolean

  /** The sources of signals that prove to be alive, and until when. */
  sources(): SourcesJson

  /**
   * Milliseconds since the epoch: when this generation began, `undefined` in the first. What was stored outside the feed
   * before then (what was spent, what was used) may have been lost with the history before.
   */
  readonly begunAt: number | undefined

  /** The whole state, to begin from elsewhere. Only once something was folded. */
  toSnapshot(): Uint8Array
  /** The same as the last of its generation, for the next one to begin with: it says when that was. */
  toLastSnapshot(): Uint8Array
}

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
    const folded: FeedEntry[] = []
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
      foldEvent(parts, entry, now(), authorized)
      folded.push(entry)
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

  function toBytes(endedAt?: number): Uint8Array {
    if (position === undefined) throw new Error('nothing was folded yet: there is no state to keep')
    return writeSnapshot(partsToJson(parts, position, endedAt))
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
    credentialChangedAt: (subject) => parts.revocations.epoch(subject),
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
