// One look of a reader: what is new, held against what this process knows. A history that nobody answers for yet is read
// to its end, unconfirmed, and then taken over; one that lost something is taken over from here.
import {
  comparePositions,
  type FeedBatch,
  type FeedEntry,
  type LastState,
  type Position,
  readPosition,
} from '@countersign/core'
import { APPEND } from './feed-scripts.ts'
import {
  loadFromServer,
  lookAtServer,
  positionOf,
  type ServerLoad,
  type ServerLook,
  type ServerMeta,
} from './server-history.ts'
import {
  adopt,
  beginFirst,
  type HistoryKeeper,
  runsOf,
  takeOverKnown,
  takeOverWhole,
} from './settle-history.ts'

/** How often a history may change under whoever settles it. */
const MOST_TRIES = 10
/** What may have been lost is not confirmed as of any moment: the reader is no fresher than before (law 6). */
const NEVER = Number.NEGATIVE_INFINITY

export async function readBatch(
  keeper: HistoryKeeper,
  at: Position | undefined,
  folded: () => Promise<LastState | undefined>,
): Promise<FeedBatch> {
  const { connection, keys, known } = keeper
  let whole = at === undefined
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const now = performance.now()
    const { birth, sequence } = known
    const look = whole
      ? await loadFromServer(connection, keys)
      : await lookAtServer(connection, keys, at)
    const { run, meta } = look
    // another reader of this process was told of a new generation meanwhile
    if (known.birth !== birth) continue
    const relation = known.relationTo(look, sequence)
    if (meta === undefined && known.birth === undefined) {
      await beginFirst(keeper, run)
      continue
    }
    if (relation.is === 'lost' || meta === undefined) {
      await takeOverKnown(keeper, look, await lastState(folded))
      continue
    }
    const settled = await isSettled(keeper, meta, run)
    if (!settled && (await adopt(keeper, meta, run))) continue
    if (!settled && at === positionOf(meta)) {
      const last = await lastState(folded)
      if (last.at === at) await takeOverWhole(keeper, { ...look, meta }, last)
      continue
    }
    if (relation.is === 'without') {
      await addMissing(keeper, relation.missing)
      known.read(meta, look.entries)
      whole = true
      continue
    }
    const batch = toBatch(look, meta, at, settled ? now : NEVER)
    known.read(meta, batch?.events ?? look.entries)
    if (batch !== undefined) return batch
    whole = true
  }
  throw new Error('the feed in Redis did not come to rest: its history changed again and again')
}

async function lastState(folded: () => Promise<LastState | undefined>): Promise<LastState> {
  const last = await folded()
  if (last !== undefined) return last
  throw new Error(
    'the feed in Redis may have lost something, and this reader does not say what it made of it: one that does goes on with it',
  )
}

async function isSettled(keeper: HistoryKeeper, meta: ServerMeta, run: string): Promise<boolean> {
  const runs = await runsOf(keeper, run)
  return runs.every((one) => meta.runs.includes(one))
}

/** A later generation began without them: what takes back must hold in it as well. */
async function addMissing(
  { connection, keys }: HistoryKeeper,
  missing: readonly FeedEntry[],
): Promise<void> {
  for (const { event } of missing)
    await connection.run(APPEND, Object.values(keys), [
      ...['', '0', event.topic, '', event.id],
      JSON.stringify(event),
    ])
}

/** `undefined` where only a snapshot brings the reader on. */
function toBatch(
  look: ServerLook | ServerLoad,
  meta: ServerMeta,
  at: Position | undefined,
  confirmedAt: number,
): FeedBatch | undefined {
  const position = positionOf(meta)
  if ('snapshot' in look)
    return {
      snapshot: look.snapshot ?? new Uint8Array(),
      events: look.entries,
      position,
      confirmedAt,
    }
  if (at === undefined || readPosition(at)[0] !== meta.generation) return undefined
  const events = look.entries.filter((entry) => comparePositions(entry.position, at) > 0)
  const due = meta.sequence - readPosition(at)[1]
  // fewer: some were trimmed; less than none: it never was here
  return events.length === due ? { events, position, confirmedAt } : undefined
}
