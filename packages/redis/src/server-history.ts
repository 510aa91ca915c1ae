// What the server tells of the feed: where its history stands, and the entries. Everything is checked as it comes in.
import type { FeedEntry, FeedEvent, Position } from '@countersign/core'
import { parsePosition, readPosition } from '@countersign/core'
import { type FeedKeys, LOAD, LOOK } from './feed-scripts.ts'
import type { Connection, Reply } from './open-connection.ts'

/** Where a history stands. A server without one has none. */
export interface ServerMeta {
  /** Drawn at random when the generation began: another history with the same number is another one. */
  readonly birth: string
  readonly generation: number
  readonly sequence: number
  /** The processes that answered for it when it was last looked at: those of a Cluster's primaries, else one. */
  readonly runs: readonly string[]
  /** The generations before: up to where they were taken over. */
  readonly ends: readonly GenerationEnd[]
  /** The last event of each topic. */
  readonly topics: ReadonlyMap<string, Position>
}

export type GenerationEnd = readonly [birth: string, sequence: number]

export interface ServerLook {
  /** The process that answered. */
  readonly run: string
  readonly meta: ServerMeta | undefined
  readonly snapshotAt: Position | undefined
  /** With the one that was read last, where the server still has it. */
  readonly entries: readonly FeedEntry[]
}

export interface ServerLoad extends ServerLook {
  readonly snapshot: Uint8Array | undefined
}

export async function lookAtServer(
  connection: Connection,
  keys: FeedKeys,
  from: Position | undefined,
): Promise<ServerLook> {
  const id = from === undefined ? '' : toEntryId(from)
  const reply = await connection.run(LOOK, Object.values(keys), [id])
  const [run, meta, snapshotAt, entries] = reply as Reply[]
  return {
    run: String(run),
    meta: readMeta(meta as Buffer[]),
    snapshotAt: readPositionText(snapshotAt),
    entries: (entries as Reply[]).map(readEntry),
  }
}

/** The whole of it, at one moment. */
export async function loadFromServer(connection: Connection, keys: FeedKeys): Promise<ServerLoad> {
  const reply = await connection.run(LOAD, Object.values(keys), [])
  const [run, meta, snapshotAt, snapshot, entries] = reply as Reply[]
  return {
    run: String(run),
    meta: readMeta(meta as Buffer[]),
    snapshotAt: readPositionText(snapshotAt),
    snapshot: snapshot instanceof Buffer ? snapshot : undefined,
    entries: (entries as Reply[]).map(readEntry),
  }
}

export function positionOf({ generation, sequence }: ServerMeta): Position {
  return `${generation}:${sequence}`
}

/** Ids of entries are positions, written as streams do. The first entry of a generation follows the id 0. */
export function toEntryId(position: Position): string {
  const [generation, sequence] = readPosition(position)
  return `${generation}-${sequence}`
}

function readMeta(flat: readonly Buffer[]): ServerMeta | undefined {
  if (flat.length === 0) return undefined
  const fields = new Map<string, string>()
  const topics = new Map<string, Position>()
  for (let at = 0; at + 1 < flat.length; at += 2) fields.set(String(flat[at]), String(flat[at + 1]))
  for (const [name, value] of fields) {
    const position = name.startsWith('topic:') ? parsePosition(value) : undefined
    if (position !== undefined) topics.set(name.slice('topic:'.length), position)
  }
  const at = parsePosition(`${fields.get('generation')}:${fields.get('sequence')}`)
  const birth = fields.get('birth')
  if (at === undefined || birth === undefined)
    throw new Error('the feed in Redis cannot be read: its meta hash is damaged')
  const [generation, sequence] = readPosition(at)
  const runs = (fields.get('runs') ?? '').split(',')
  const ends = JSON.parse(fields.get('ends') ?? '[]') as GenerationEnd[]
  return { birth, generation, sequence, runs, ends, topics }
}

function readPositionText(reply: Reply | undefined): Position | undefined {
  return reply instanceof Buffer ? parsePosition(reply.toString()) : undefined
}

function readEntry(reply: Reply): FeedEntry {
  const [id, fields] = reply as [Buffer, Buffer[]]
  const position = parsePosition(id.toString().replace('-', ':'))
  const text = fields[3]
  if (position === undefined || text === undefined)
    throw new Error(`the feed in Redis cannot be read: its entry ${id} is damaged`)
  return { position, event: JSON.parse(text.toString()) as FeedEvent }
}
