// What the folded state answers, and what becomes of a batch that is folded.
import type { Unauthorized } from '../authority/verify-event.ts'
import type { FeedBatch, FeedEntry } from '../ports/feed.ts'
import type { Position } from '../ports/position.ts'
import type { Activation, Activations } from './activations.ts'
import type { Authority } from './check-authority.ts'
import type { FeedEvent, SwitchTarget } from './feed-event.ts'
import type { About, LiveSignal } from './live-signals.ts'
import type { SourcesJson } from './sources.ts'
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
      readonly folded: readonly FoldedEntry[]
      readonly refused: readonly RefusedEntry[]
    }
  | { readonly ok: false; readonly problem: FoldProblem; readonly text: string }

export interface FoldedEntry extends FeedEntry {
  /** By what authority it was folded: who follows this state, and not the feed, folds it alike. */
  readonly as: Authority
}

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
  /** That event's time by its writer's clock, in milliseconds since the epoch. */
  credentialChangedAt(subject: string): number | undefined
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

  /**
   * The whole state as it is at the call, to begin from elsewhere; what is folded while it is written is not in it. A long
   * one is written a millisecond or so at a time. Rejects where nothing was folded yet.
   */
  toSnapshot(): Promise<Uint8Array>
  /** The same as the last of its generation, for the next one to begin with: it says when that was. */
  toLastSnapshot(): Promise<Uint8Array>
}
