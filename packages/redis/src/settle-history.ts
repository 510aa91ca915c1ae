// A server answers for the feed that nobody has looked at yet, or its history does not hold what is known: whoever sees
// it first settles it. A history that went back, or may have, is taken over into a new generation, once.
import { randomUUID } from 'node:crypto'
import { type FeedEntry, type LastState, type Position, readPosition } from '@countersign/core'
import { ADOPT, BEGIN, type FeedKeys } from './feed-scripts.ts'
import type { KnownHistory } from './known-history.ts'
import type { Connection, ServerInfo } from './open-connection.ts'
import type { Target } from './redis-options.ts'
import type { GenerationEnd, ServerLook, ServerMeta } from './server-history.ts'

export interface HistoryKeeper {
  readonly connection: Connection
  readonly keys: FeedKeys
  readonly target: Target
  readonly known: KnownHistory
}

/** The processes that answer for the history now: those of a Cluster's primaries, else one. */
export async function runsOf(
  { connection, target }: Pick<HistoryKeeper, 'connection' | 'target'>,
  run: string,
): Promise<readonly string[]> {
  if (target.is !== 'cluster') return [run]
  return (await connection.infos()).map((info) => info.get('run_id') ?? '-').sort()
}

/** On servers that hold nothing, and of which nothing is known. Where two begin at once one is first. */
export async function beginFirst(keeper: HistoryKeeper, run: string): Promise<void> {
  const runs = await runsOf(keeper, run)
  await begin(keeper, undefined, { generation: 1, runs, ends: [], topics: new Map(), carried: [] })
}

/**
 * True where it is the same server, started anew, and nothing that it acknowledged can be missing: its history goes on. A
 * promoted replica bears the id of the primary that it followed, and behind Sentinels or in a Cluster it may not any
 * more: there a change is a failover.
 */
export async function adopt(
  { connection, keys, target }: HistoryKeeper,
  meta: ServerMeta,
  run: string,
): Promise<boolean> {
  if (target.is !== 'server') return false
  const [info] = await connection.infos()
  if (info?.get('run_id') !== run || !(await keepsAll(connection, info))) return false
  await connection.run(ADOPT, Object.values(keys), [meta.birth, meta.runs.join(','), run])
  return true
}

async function keepsAll(connection: Connection, info: ServerInfo): Promise<boolean> {
  return (
    info.get('role') === 'master' &&
    /^0+$/.test(info.get('master_replid2') ?? '') &&
    info.get('aof_enabled') === '1' &&
    (await connection.appendfsync()) === 'always'
  )
}

/** Begins a generation with all that the server has, which a reader folded to its end. */
export async function takeOverWhole(
  keeper: HistoryKeeper,
  { run, meta }: ServerLook & { readonly meta: ServerMeta },
  base: LastState,
): Promise<void> {
  await begin(keeper, meta, {
    generation: meta.generation + 1,
    runs: await runsOf(keeper, run),
    ends: lastOf([...meta.ends, [meta.birth, meta.sequence]]),
    topics: meta.topics,
    base,
    carried: [],
  })
}

/** Begins a generation with what is known here, for the server lost some of it, or all. */
export async function takeOverKnown(
  keeper: HistoryKeeper,
  { run, meta, entries }: ServerLook,
  base: LastState,
): Promise<void> {
  const { known } = keeper
  const generations = [meta?.generation ?? 0, generationOf(known.reached), generationOf(base.at)]
  const end = known.birth === undefined ? [] : [[known.birth, readPosition(base.at)[1]] as const]
  await begin(keeper, meta, {
    generation: Math.max(...generations) + 1,
    runs: await runsOf(keeper, run),
    ends: lastOf([...known.ends, ...end]),
    topics: known.topics,
    base,
    // what was acknowledged and is not folded yet; of a foreign history what tightens, for the rest takes authority (law 12)
    carried: [...known.after(base.at), ...known.tightening(entries)],
  })
}

interface Beginning {
  readonly generation: number
  readonly runs: readonly string[]
  readonly ends: readonly GenerationEnd[]
  readonly topics: ReadonlyMap<string, Position>
  readonly base?: LastState
  readonly carried: readonly FeedEntry[]
}

/** Does nothing where somebody else was first. */
async function begin(
  { connection, keys }: HistoryKeeper,
  seen: ServerMeta | undefined,
  { generation, runs, ends, topics, base, carried }: Beginning,
): Promise<void> {
  await connection.run(BEGIN, Object.values(keys), [
    ...[seen?.birth ?? '', seen === undefined ? '' : String(seen.sequence)],
    ...[seen?.runs.join(',') ?? '', randomUUID(), String(generation), runs.join(',')],
    JSON.stringify(ends),
    ...[base?.at ?? '', base === undefined ? '' : Buffer.from(base.state)],
    ...[String(topics.size), ...[...topics].flat()],
    ...carried.flatMap(({ event }) => [event.id, event.topic, JSON.stringify(event)]),
  ])
}

const ENDS_KEPT = 100

function lastOf(ends: readonly GenerationEnd[]): readonly GenerationEnd[] {
  return ends.slice(-ENDS_KEPT)
}

function generationOf(position: Position | undefined): number {
  return position === undefined ? 0 : readPosition(position)[0]
}
