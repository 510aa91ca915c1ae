// The feed: the ordered log of everything that changes decisions. All instances fold the same events.
import type { FeedEvent } from '../state/feed-event.ts'
import type { Position } from './position.ts'

/** An event with the place it took. */
export interface FeedEntry {
  readonly position: Position
  readonly event: FeedEvent
}

export interface FeedBatch {
  /**
   * Set in the first batch without `from`, after a gap, and when the generation changed: it replaces the whole folded
   * state. No bytes: the empty state. One of an earlier generation is what the present one began with.
   */
  readonly snapshot?: Uint8Array
  /** In order, without gaps, after the snapshot or the previous batch. Empty in a heartbeat. */
  readonly events: readonly FeedEntry[]
  /** The position that the reader has reached with this batch. */
  readonly position: Position
  /** Monotonic milliseconds of the reader's clock, taken before the read was sent: all that was acknowledged by then is in. */
  readonly confirmedAt: number
}

/** What a generation ended with: the next one may begin with it. */
export interface LastState {
  readonly at: Position
  readonly state: Uint8Array
}

export type AppendResult =
  | { readonly ok: true; readonly position: Position }
  /** Somebody else was first: `last` is the topic's last event now. */
  | { readonly ok: false; readonly last: Position | 'none' }

export interface Feed {
  /**
   * Appends durably and atomically. `expect`, where given, is the position of the last event of the same topic as the
   * caller knows it (`'none'`: the topic is empty); where that is no longer so nothing is written.
   */
  append(event: FeedEvent, expect?: Position | 'none'): Promise<AppendResult>
  /**
   * Yields what comes after `from`, in order, and at least once every `heartbeatMs`, if only to confirm. Without
   * `from` the first batch bears the newest snapshot (or the empty one) and reaches up to what is known at that time.
   * Ends when `stop` is aborted; throws when it cannot go on.
   *
   * `folded` tells what the reader made of all batches so far. A feed on a server that turns out to have lost part of its
   * history (a failover, a restored dump) begins the next generation with it.
   */
  follow(
    from: Position | undefined,
    heartbeatMs: number,
    stop: AbortSignal,
    folded?: () => Promise<LastState | undefined>,
  ): AsyncIterable<FeedBatch>
  /** Keeps `state` as of `at`. What lies before `at` may be dropped. */
  saveSnapshot(at: Position, state: Uint8Array): Promise<void>
  close(): Promise<void>
}
