// Keeps the folded state up with the feed: reads in order, folds, confirms, and begins again after a failure.

import type { EventAuthority } from '../authority/create-event-authority.ts'
import { SnapshotRefused } from '../authority/seal-snapshot.ts'
import { startBackgroundTimer } from '../ports/background-timer.ts'
import type { Feed, FeedBatch, LastState } from '../ports/feed.ts'
import { comparePositions, type Position } from '../ports/position.ts'
import type { Freshness } from './freshness.ts'
import type { FoldedEntry, RefusedEntry, State } from './state.ts'

export interface FollowOptions {
  readonly feed: Feed
  readonly state: State
  readonly freshness: Freshness
  readonly heartbeatMs: number
  /** Where loosening takes a signature: the one that the state was given. */
  readonly authority?: EventAuthority | undefined
  /**
   * A snapshot is kept each time that so many events were folded, and more where the last one is large: a state of a
   * million entries is not written for every thousandth. @default 1000
   */
  readonly snapshotEvery?: number
  /** The feed failed, was out of order, or a listener threw. The loop goes on. */
  readonly onError: (error: unknown) => void
  /** A batch was folded or a moment confirmed. */
  readonly onWell?: (() => void) | undefined
}

export interface Folded {
  /** A snapshot took the place of the state. */
  readonly replaced: boolean
  readonly events: readonly FoldedEntry[]
  /** Those that changed nothing, for nobody signed them who may. */
  readonly refused: readonly RefusedEntry[]
}

export interface FeedFollower {
  /** Resolves once `position` is folded here. Rejects when that takes over 10 s, or when the follower is stopped. */
  waitUntil(position: Position): Promise<void>
  /** Resolves at the first confirmation: everything that the feed held by then is folded. */
  caughtUp(): Promise<void>
  /** Called after each batch that changed something, before those that wait are told. Returns how to end it. */
  onFolded(listener: (folded: Folded) => void): () => void
  stop(): Promise<void>
}

const RETRY_FIRST_MS = 50
const RETRY_MOST_MS = 5_000
const WAIT_MOST_MS = 10_000
/** A snapshot costs for each event no more than a few times what the event itself does. */
const BYTES_FOR_EACH_EVENT = 2_048
const WHOLE_LOG: Position = '1:0'

interface Waiter {
  /** `undefined`: the first confirmation. */
  readonly position: Position | undefined
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

export function followFeed(options: FollowOptions): FeedFollower {
  const { feed, state, freshness, authority, heartbeatMs, snapshotEvery = 1000 } = options
  const stop = new AbortController()
  const waiters = new Set<Waiter>()
  const listeners = new Set<(folded: Folded) => void>()
  let confirmed = false
  let sinceSnapshot = 0
  let saving = false
  let snapshotBytes = 0
  const running = run()

  /** A logger that throws must not end the loop: nothing would be heard again. */
  function onError(error: unknown): void {
    try {
      options.onError(error)
    } catch {
      // nobody is left to tell
    }
  }

  function tellWell(): void {
    try {
      options.onWell?.()
    } catch {
      // nobody is left to tell
    }
  }

  async function run(): Promise<void> {
    let from = state.position
    for (let retryMs = RETRY_FIRST_MS; !stop.signal.aborted; ) {
      try {
        for await (const batch of feed.follow(from, heartbeatMs, stop.signal, folded)) {
          // the wait makes it no fresher: it is confirmed as of when the read began
          take(authority === undefined ? batch : await authority.admit(batch))
          retryMs = RETRY_FIRST_MS
        }
        from = state.position
        if (!stop.signal.aborted) throw new Error('the feed ended')
      } catch (error) {
        if (stop.signal.aborted) return
        onError(error)
        from = nextStart(error)
        // apart from others that lost the same server
        await pause(retryMs * (0.5 + Math.random() / 2), stop.signal)
        retryMs = Math.min(retryMs * 2, RETRY_MOST_MS)
      }
    }
  }

  function nextStart(error: unknown): Position | undefined {
    // a broken state is mended by a snapshot only
    if (error instanceof FoldError) return undefined
    // where the log still has all events they are worth as much as a snapshot that nobody vouches for
    if (error instanceof SnapshotRefused) return state.position ?? WHOLE_LOG
    return state.position
  }

  function take(batch: FeedBatch): void {
    const applied = state.apply(batch)
    if (!applied.ok) {
      freshness.markBroken()
      throw new FoldError(`the feed cannot be folded: ${applied.problem}, ${applied.text}`)
    }
    freshness.caughtUp()
    freshness.confirmed(batch.confirmedAt)
    confirmed = true
    tellWell()
    const { replaced, folded, refused } = applied
    if (replaced || folded.length > 0 || refused.length > 0) {
      tell({ replaced, events: folded, refused })
    }
    for (const waiter of waiters) if (isFolded(waiter.position)) waiter.resolve()
    keepSnapshot(batch.events.length)
  }

  function tell(folded: Folded): void {
    for (const listener of listeners) {
      try {
        listener(folded)
      } catch (error) {
        onError(error)
      }
    }
  }

  function keepSnapshot(events: number): void {
    sinceSnapshot += events
    if (saving || state.position === undefined) return
    if (sinceSnapshot < Math.max(snapshotEvery, snapshotBytes / BYTES_FOR_EACH_EVENT)) return
    sinceSnapshot = 0
    saving = true
    saveSnapshot(state.position)
      .catch(onError)
      .finally(() => {
        saving = false
      })
  }

  async function saveSnapshot(at: Position): Promise<void> {
    const bytes = await state.toSnapshot()
    snapshotBytes = bytes.length
    if (stop.signal.aborted) return
    await feed.saveSnapshot(at, await sealed(bytes))
  }

  /** What a feed that lost part of its history goes on from. */
  async function folded(): Promise<LastState | undefined> {
    const { position } = state
    return position && { at: position, state: await sealed(await state.toLastSnapshot()) }
  }

  async function sealed(bytes: Uint8Array): Promise<Uint8Array> {
    return authority === undefined ? bytes : authority.sealSnapshot(bytes)
  }

  function isFolded(position: Position | undefined): boolean {
    if (position === undefined) return confirmed
    return state.position !== undefined && comparePositions(state.position, position) >= 0
  }

  function wait(position: Position | undefined): Promise<void> {
    if (isFolded(position)) return Promise.resolve()
    if (stop.signal.aborted) return Promise.reject(new Error('the feed is no longer followed'))
    return new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        settle(() => reject(new Error(`the feed did not bring ${position ?? 'anything'} in time`)))
      }, WAIT_MOST_MS)
      const waiter: Waiter = {
        position,
        resolve: () => settle(resolve),
        reject: (error) => settle(() => reject(error)),
      }
      function settle(then: () => void): void {
        clearTimeout(timer)
        waiters.delete(waiter)
        then()
      }
      waiters.add(waiter)
    })
  }

  return {
    waitUntil: (position) => wait(position),
    caughtUp: () => wait(undefined),
    onFolded(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async stop() {
      stop.abort()
      for (const waiter of waiters) waiter.reject(new Error('the feed is no longer followed'))
      await running
    },
  }
}

class FoldError extends Error {}

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = startBackgroundTimer(done, ms)
    stop.addEventListener('abort', done, { once: true })
    function done(): void {
      clearTimeout(timer)
      stop.removeEventListener('abort', done)
      resolve()
    }
  })
}
