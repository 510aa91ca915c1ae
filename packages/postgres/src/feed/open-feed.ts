// The feed in PostgreSQL. It is read anew at each heartbeat and at each notification: nothing but what the primary says
// is confirmed.
import { setTimeout as wait } from 'node:timers/promises'
import {
  type AppendResult,
  type Feed,
  type FeedBatch,
  type LastState,
  nextChange,
  type Position,
  readPosition,
} from '@countersign/core'
import { encodeText } from '../encode-text.ts'
import type { Listening, Sql } from '../sql.ts'
import { beginGeneration, forked } from './begin-generation.ts'
import { type FeedLook, readFeed } from './read-feed.ts'
import { createSeenEvents } from './seen-events.ts'

/** Every instance keeps snapshots: one that is so near to the last is left out. */
const SNAPSHOTS_APART = 500
/** A new generation is begun by those who follow, at their next look: an append waits for them. */
const TRIES = 20
const TRY_AGAIN_MS = 100

interface Appended {
  readonly outcome: 'appended' | 'conflict' | 'moved'
  readonly generation: string | number
  readonly sequence: string | number
}

export interface OpenedFeed extends Feed {
  warnings(): readonly string[]
}

/** Closes `sql` when it is closed. */
export function openFeed(sql: Sql): OpenedFeed {
  const { schema, query } = sql
  const wakers = new Set<() => void>()
  const ended = new AbortController()
  let listening: Listening | undefined
  /** Counts notifications: one that comes during a read is followed by another read. */
  let heard = 0
  const seen = createSeenEvents()
  let trouble: unknown

  function wake(): void {
    heard += 1
    for (const one of [...wakers]) one()
  }

  function assertOpen(): void {
    if (ended.signal.aborted) throw new Error('the feed is closed')
  }

  async function look(from: Position | undefined): Promise<FeedLook> {
    const found = await readFeed(sql, from && { position: from, id: seen.idAt(from) })
    if (found.lost === 'forked') throw forked()
    return found
  }

  /** True where a new generation was due, and may have begun: it is to be read. */
  async function renew(
    found: FeedLook,
    from: Position | undefined,
    folded: (() => Promise<LastState | undefined>) | undefined,
  ): Promise<boolean> {
    // on another server all that is there is read first
    const due = found.lost === 'ahead' || (found.lost === 'moved' && found.position === from)
    if (!due || folded === undefined) return false
    const last = await folded()
    if (last === undefined || last.at !== from) return false
    await beginGeneration(sql, found, last, seen.idAt(found.position))
    return true
  }

  async function batchAfter(
    from: Position | undefined,
    folded: (() => Promise<LastState | undefined>) | undefined,
  ): Promise<FeedBatch> {
    let confirmedAt = performance.now()
    let found = await look(from)
    if (await renew(found, from, folded)) {
      confirmedAt = performance.now()
      found = await look(from)
    }
    const { position, snapshot, events } = found
    seen.add(events)
    return { ...(snapshot === undefined ? {} : { snapshot }), events, position, confirmedAt }
  }

  const feed: OpenedFeed = {
    async append(event, expect): Promise<AppendResult> {
      assertOpen()
      const values = [event.topic, encodeText(event.id), JSON.stringify(event), expect ?? null]
      for (let tries = 0; tries < TRIES; tries++) {
        const [row] = await query<Appended>(
          `select * from ${schema}.append_event($1, $2, $3, $4)`,
          values,
        )
        if (row === undefined) throw new Error('the feed is gone: its head is not there')
        const position: Position = `${Number(row.generation)}:${Number(row.sequence)}`
        if (row.outcome === 'appended') {
          wake()
          return { ok: true, position }
        }
        if (row.outcome === 'conflict')
          return { ok: false, last: position === '0:0' ? 'none' : position }
        wake()
        await wait(TRY_AGAIN_MS)
      }
      throw new Error(
        'the feed moved to another server, and nobody who follows it began a generation',
      )
    },
    async *follow(from, heartbeatMs, stop, folded) {
      assertOpen()
      listening ??= sql.listen(`${schema}_feed`, wake)
      const over = AbortSignal.any([stop, ended.signal])
      let at = from
      while (!stop.aborted) {
        const before = heard
        const batch = await unlessOver(batchAfter(at, folded).then(well, troubled), over)
        assertOpen()
        if (batch === undefined) return
        at = batch.position
        yield batch
        if (heard === before && !ended.signal.aborted) await nextChange(wakers, heartbeatMs, over)
        assertOpen()
      }
    },
    async saveSnapshot(at, state) {
      assertOpen()
      const [generation, sequence] = readPosition(at)
      const [row] = await query<{ kept: 'kept' | 'older' | 'beyond' }>(
        `select ${schema}.save_snapshot($1, $2, $3, $4) as kept`,
        [generation, sequence, SNAPSHOTS_APART, Buffer.from(state)],
      )
      if (row?.kept === 'beyond') throw new Error(`a snapshot of ${at}, which lies after the end`)
    },
    warnings() {
      if (trouble === undefined) return []
      const text = trouble instanceof Error ? trouble.message : String(trouble)
      return [`the feed in PostgreSQL cannot be read: ${text}`]
    },
    async close() {
      if (ended.signal.aborted) return
      ended.abort()
      await listening?.stop()
      await sql.close()
    },
  }

  function well(batch: FeedBatch): FeedBatch {
    trouble = undefined
    return batch
  }

  function troubled(error: unknown): never {
    trouble = error
    throw error
  }

  return feed
}

/** `undefined` as soon as nobody waits any more: a server that hangs must not hold up a shutdown. */
function unlessOver<T>(work: Promise<T>, over: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve(undefined)
    if (over.aborted) stop()
    over.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => over.removeEventListener('abort', stop))
  })
}
