// The feed on a Redis stream. Positions are drawn by a script, so that two writers never fork it; a reader waits on a
// connection of its own, and believes only what the primary answers afterwards.
import { setTimeout as pause } from 'node:timers/promises'
import type { Feed, LastState, OpenPort, PortSource } from '@countersign/core'
import { parsePosition, readPosition } from '@countersign/core'
import { assertFit } from './assert-fit.ts'
import { APPEND, feedKeys, SAVE } from './feed-scripts.ts'
import { createKnownHistory } from './known-history.ts'
import { type Connection, openConnection, type Reply } from './open-connection.ts'
import { readBatch } from './read-batch.ts'
import { type ParsedRedisOptions, parseRedisOptions, type RedisOptions } from './redis-options.ts'
import { lookAtServer, toEntryId } from './server-history.ts'
import { beginFirst, type HistoryKeeper } from './settle-history.ts'

/**
 * A feed that all instances share. A failover, a restored dump, or a server that lost its memory begins a new generation.
 *
 * @throws ConfigurationError at once where an option is none; when opened: `redis_evicts`
 */
export function redisFeed(options: RedisOptions): PortSource<Feed> {
  const parsed = parseRedisOptions(options, 'redisFeed')
  return { key: `${parsed.key}:feed`, scope: parsed.prefix, open: () => openRedisFeed(parsed) }
}

async function openRedisFeed(options: ParsedRedisOptions): Promise<OpenPort<Feed>> {
  const connection = await openConnection(options)
  try {
    const infos = await connection.infos()
    assertFit(infos)
    // without it a primary that the Sentinels have replaced goes on answering those that still reach it
    const guarded = infos.every((info) => info.has('min_slaves_good_slaves'))
    const warning =
      'the Redis primary accepts writes without a replica: set min-replicas-to-write 1, or one that was cut off is believed'
    return {
      ...createRedisFeed(connection, options),
      warnings: () => (options.target.is === 'sentinel' && !guarded ? [warning] : []),
    }
  } catch (error) {
    connection.close()
    throw error
  }
}

/** So long a reader waits at most for the next event before it looks, however long its heartbeat is. */
const LONGEST_WAIT_MS = 1_000
/** Readers settle a history at their next look: an append waits for them so long. */
const SETTLED_WITHIN_MS = 5_000
const TRY_AGAIN_MS = 50

function createRedisFeed(connection: Connection, options: ParsedRedisOptions): Feed {
  const keys = feedKeys(options.prefix)
  const allKeys = Object.values(keys)
  const known = createKnownHistory()
  const keeper: HistoryKeeper = { connection, keys, target: options.target, known }
  const waiting = new Set<Connection>()
  let closed = false

  function assertOpen(): void {
    if (closed) throw new Error('the feed is closed')
  }

  /** Nobody needs to be waited for where there was no history yet. */
  async function untilSettled(late: number): Promise<void> {
    const { run, meta } = await lookAtServer(connection, keys, undefined)
    if (meta === undefined && known.birth === undefined) return await beginFirst(keeper, run)
    if (performance.now() > late)
      throw new Error(
        'Redis answers from another server, or from an earlier moment, and nobody who follows the feed has taken it up yet',
      )
    await pause(TRY_AGAIN_MS)
  }

  return {
    async append(event, expect) {
      assertOpen()
      const text = JSON.stringify(event)
      for (const late = performance.now() + SETTLED_WITHIN_MS; ; ) {
        const { birth = '', sequence } = known
        const reply = (await connection.run(APPEND, allKeys, [
          ...[birth, String(sequence)],
          ...[event.topic, expect ?? '', event.id, text],
        ])) as Reply[]
        const [is, at] = reply.map(String)
        if (is === 'unsettled') {
          await untilSettled(late)
          continue
        }
        const position = parsePosition(at)
        if (is === 'conflict') return { ok: false, last: position ?? 'none' }
        if (position === undefined) throw new Error(`Redis answered with ${at} as position`)
        known.acknowledged({ position, event: JSON.parse(text) }, birth === '' ? undefined : birth)
        return { ok: true, position }
      }
    },
    async *follow(from, heartbeatMs, stop, folded) {
      let wait: Connection | undefined
      let onAbort = () => {}
      const stopped = new Promise<void>((resolve) => {
        onAbort = resolve
      })
      stop.addEventListener('abort', onAbort, { once: true })
      try {
        for (let at = from; !stop.aborted; ) {
          assertOpen()
          const batch = await readBatch(keeper, at, folded ?? NOTHING_FOLDED)
          at = batch.position
          yield batch
          if (stop.aborted) return
          // not confirmed: what it stands on is to be settled, at once
          if (!Number.isFinite(batch.confirmedAt)) continue
          if (wait === undefined) {
            wait = await openConnection(options)
            waiting.add(wait)
            assertOpen()
          }
          const waitMs = Math.min(heartbeatMs, LONGEST_WAIT_MS)
          const entry = wait.waitForEntry(keys.events, toEntryId(at), waitMs)
          await Promise.race([entry, stopped])
          // ended by closing the connection: nobody listens any more
          if (stop.aborted) entry.catch(() => {})
        }
      } finally {
        stop.removeEventListener('abort', onAbort)
        if (wait !== undefined) waiting.delete(wait)
        wait?.close()
      }
    },
    async saveSnapshot(at, state) {
      assertOpen()
      const [generation, sequence] = readPosition(at)
      const reply = await connection.run(SAVE, allKeys, [
        ...[known.birth ?? '', String(generation), String(sequence)],
        Buffer.from(state),
      ])
      if (String(reply) === 'beyond')
        throw new Error(`a snapshot of ${at} after the end of the feed`)
    },
    async close() {
      closed = true
      connection.close()
      for (const one of waiting) one.close()
    },
  }
}

const NOTHING_FOLDED = async (): Promise<LastState | undefined> => undefined
