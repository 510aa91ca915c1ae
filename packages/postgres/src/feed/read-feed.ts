// One look at the feed: what came after a position, or the snapshot and all after it.
import type { FeedEntry, FeedEvent, Position } from '@countersign/core'
import { readPosition } from '@countersign/core'
import type { Sql } from '../sql.ts'

export interface FeedLook {
  /** The end. */
  readonly position: Position
  /** What was held lately may be gone: a follower has seen what is not here, or the server is another. */
  readonly lost: 'ahead' | 'forked' | 'moved' | undefined
  readonly snapshot?: Uint8Array
  readonly events: readonly FeedEntry[]
}

/** What a follower saw last, and the id of the event there. */
export interface Seen {
  readonly position: Position
  readonly id?: string | undefined
}

interface Row {
  readonly in_recovery: boolean
  readonly generation: string | number
  readonly sequence: string | number
  readonly lost: 'ahead' | 'forked' | 'moved' | null
  readonly has_snapshot: boolean
  readonly state: Uint8Array | null
  readonly base: string | number
  readonly events: string | null
}

/** @throws where the server is a standby: what it shows may be old, and no clock tells how old */
export async function readFeed({ schema, query }: Sql, seen: Seen | undefined): Promise<FeedLook> {
  const [generation, sequence] = seen === undefined ? [null, null] : readPosition(seen.position)
  const [row] = await query<Row>(`select * from ${schema}.read_feed($1, $2, $3)`, [
    generation,
    sequence,
    seen?.id ?? null,
  ])
  if (row === undefined) throw new Error('the feed is gone: its head is not there')
  if (row.in_recovery) throw new Error('this server is a standby: the feed is read on the primary')
  const position: Position = `${Number(row.generation)}:${Number(row.sequence)}`
  const events = toEntries(row, position)
  const lost = row.lost ?? undefined
  if (!row.has_snapshot) return { position, lost, events }
  return {
    position,
    lost,
    snapshot: row.state === null ? new Uint8Array() : Uint8Array.from(row.state),
    events,
  }
}

/** Numbered from where they begin: they have no gaps, or they do not reach the end, and the fold refuses them. */
function toEntries(row: Row, position: Position): FeedEntry[] {
  const events = row.events === null ? [] : (JSON.parse(row.events) as FeedEvent[])
  const base = Number(row.base)
  if (base + events.length !== Number(row.sequence))
    throw new Error(`the feed has a gap: ${events.length} events after ${base}, up to ${position}`)
  return events.map((event, index) => ({
    position: `${Number(row.generation)}:${base + index + 1}`,
    event,
  }))
}
