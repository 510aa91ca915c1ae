// What the store keeps in its file: a change a line. Read again, they make the map that operations work on.
import { ConfigurationError, type Json, type StoreEntry, type StoreKey } from '@countersign/core'
import { readLines } from './read-lines.ts'

export interface Kept {
  readonly key: StoreKey
  readonly text: string
  readonly version: number
  /** Milliseconds since the epoch; null: for good. */
  readonly until: number | null
}

/** By kind and owner, then by id. */
export type Shards = Map<string, Map<string, Kept>>

/** One key, with what it has from now on. */
export interface Change {
  readonly key: StoreKey
  readonly kept: Kept | undefined
}

export function isOver(kept: Kept, now: number): boolean {
  return kept.until !== null && now >= kept.until
}

export function toStoreEntry({ key, text, version }: Kept): StoreEntry {
  return { key, value: JSON.parse(text) as Json, version: String(version) }
}

export function shardOf(kind: string, owner: string): string {
  return JSON.stringify([kind, owner])
}

/** Returns by how many bytes what is alive grew. */
export function applyChange(shards: Shards, { key: [kind, owner, id], kept }: Change): number {
  const name = shardOf(kind, owner)
  let shard = shards.get(name)
  const before = shard?.get(id)
  if (kept === undefined) {
    shard?.delete(id)
    if (shard?.size === 0) shards.delete(name)
  } else {
    if (shard === undefined) {
      shard = new Map()
      shards.set(name, shard)
    }
    shard.set(id, kept)
  }
  return weigh(kept) - weigh(before)
}

function weigh(kept: Kept | undefined): number {
  if (kept === undefined) return 0
  const [kind, owner, id] = kept.key
  return kept.text.length + kind.length + owner.length + id.length + 40
}

/** `[version]` alone tells the last version that was given away; `[version, key]` a deletion. */
type LineJson =
  | readonly [version: number]
  | readonly [version: number, key: StoreKey]
  | readonly [version: number, key: StoreKey, until: number | null, value: Json]

/** `version`: the change's own, also where it is a deletion. */
export function toStoreLine({ key, kept }: Change, version: number): string {
  const name = JSON.stringify(key)
  if (kept === undefined) return `[${version},${name}]\n`
  return `[${kept.version},${name},${kept.until},${kept.text}]\n`
}

export function* liveLines(shards: Shards, version: number): Generator<string> {
  let lines = `[${version}]\n`
  for (const shard of shards.values()) {
    for (const kept of shard.values()) {
      lines += toStoreLine({ key: kept.key, kept }, kept.version)
      if (lines.length < 65_536) continue
      yield lines
      lines = ''
    }
  }
  yield lines
}

export async function readStore(
  path: string,
  now: number,
): Promise<{ shards: Shards; version: number; liveBytes: number }> {
  const shards: Shards = new Map()
  let version = 0
  let liveBytes = 0
  for await (const { text } of readLines(path)) {
    const [given, key, until, value] = parseLine(path, text)
    version = Math.max(version, given)
    if (key === undefined) continue
    const kept: Kept | undefined =
      value === undefined
        ? undefined
        : { key, text: JSON.stringify(value), version: given, until: until ?? null }
    const over = kept !== undefined && isOver(kept, now)
    liveBytes += applyChange(shards, { key, kept: over ? undefined : kept })
  }
  return { shards, version, liveBytes }
}

function parseLine(path: string, text: string): LineJson {
  try {
    const line = JSON.parse(text) as LineJson
    if (Array.isArray(line) && Number.isSafeInteger(line[0])) return line
  } catch {
    // told below
  }
  throw new ConfigurationError({
    code: 'store_unreadable',
    path,
    problem: 'cannot be read',
    got: `a line that is none of the store's: ${JSON.stringify(text.slice(0, 60))}`,
    fix: 'Restore the data directory, or remove this file: trust and counters that it held have then ended.',
  })
}
