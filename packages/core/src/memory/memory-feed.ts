// The feed in memory: one history for all followers of one process.
import { startBackgroundTimer } from '../ports/background-timer.ts'
import { type Clock, systemClock } from '../ports/clock.ts'
import type { Feed, FeedBatch, FeedEntry } from '../ports/feed.ts'
import {
  comparePositions,
  firstPosition,
  nextPosition,
  type Position,
  readPosition,
} from '../ports/position.ts'

export function memoryFeed({ clock = systemClock }: { readonly clock?: Clock } = {}): Feed {
  const topics = new Map<string, Position>()
  const wakers = new Set<() => void>()
  let snapshot: { readonly at: Position; readonly state: Uint8Array } | undefined
  /** Those after the snapshot. */
  let entries: FeedEntry[] = []
  let last: Position = firstPosition(1)
  let closed = false

  function assertOpen(): void {
    if (closed) throw new Error('the feed is closed')
  }

  function wakeAll(): void {
    for (const wake of wakers) wake()
  }

  function batchAfter(from: Position | undefined): FeedBatch {
    const confirmedAt = clock.monotonic()
    const start = snapshot?.at ?? firstPosition(1)
    const behind = from === undefined || comparePositions(from, start) < 0
    const ahead = from !== undefined && comparePositions(from, last) > 0
    if (behind || ahead) {
      return {
        snapshot: snapshot?.state ?? new Uint8Array(),
        events: [...entries],
        position: last,
        confirmedAt,
      }
    }
    const skip = readPosition(from)[1] - readPosition(start)[1]
    return { events: entries.slice(skip), position: last, confirmedAt }
  }

  return {
    async append(event, expect) {
      assertOpen()
      const topicLast = topics.get(event.topic) ?? 'none'
      if (expect !== undefined && expect !== topicLast) return { ok: false, last: topicLast }
      last = nextPosition(last)
      topics.set(event.topic, last)
      entries.push({ position: last, event: structuredClone(event) })
      wakeAll()
      return { ok: true, position: last }
    },
    async *follow(from, heartbeatMs, stop) {
      let at = from
      while (!stop.aborted) {
        assertOpen()
        const batch = batchAfter(at)
        at = batch.position
        yield batch
        if (at === last) await nextChange(wakers, heartbeatMs, stop)
      }
    },
    async saveSnapshot(at, state) {
      assertOpen()
      if (comparePositions(at, last) > 0)
        throw new Error(`a snapshot of ${at} after the end, ${last}`)
      if (snapshot !== undefined && comparePositions(at, snapshot.at) <= 0) return
      snapshot = { at, state: state.slice() }
      entries = entries.filter((entry) => comparePositions(entry.position, at) > 0)
    },
    async close() {
      closed = true
      wakeAll()
    },
  }
}

/** Resolves at the next change, after the heartbeat, or when stopped. */
export function nextChange(
  wakers: Set<() => void>,
  heartbeatMs: number,
  stop: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const timer = startBackgroundTimer(done, heartbeatMs)
    function done(): void {
      clearTimeout(timer)
      wakers.delete(done)
      stop.removeEventListener('abort', done)
      resolve()
    }
    if (stop.aborted) return done()
    wakers.add(done)
    stop.addEventListener('abort', done, { once: true })
  })
}
