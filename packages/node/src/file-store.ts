// The store in a file: a map in memory and a log that only grows, written in groups, and compacted when most of it is
// over. An operation is answered once it is durable; what was not is undone.
import { join } from 'node:path'
import {
  addCounters,
  type Clock,
  ConfigurationError,
  type Counters,
  isExpected,
  type Json,
  type Store,
  type StoreEntry,
  type StoreKey,
  systemClock,
} from '@countersign/core'
import type { DataDirectory } from './data-directory.ts'
import { replaceFile } from './durable-files.ts'
import { createGroupCommit } from './group-commit.ts'
import { openLineLog } from './line-log.ts'
import { readLines } from './read-lines.ts'
import type { SpaceReserve } from './space-reserve.ts'

interface Kept {
  readonly key: StoreKey
  readonly text: string
  readonly version: number
  /** Milliseconds since the epoch; null: for good. */
  readonly until: number | null
}

type Shards = Map<string, Map<string, Kept>>

/** What an operation changes: nothing, or one key. */
interface Change {
  readonly key: StoreKey
  readonly kept: Kept | undefined
}

interface Operation {
  /** Looks at the map and says what to change and what to answer. Runs alone. */
  readonly decide: () => { readonly change?: Change; readonly answer: () => void }
  readonly key: StoreKey
  readonly reject: (error: unknown) => void
}

/** A log is compacted once it is so large, and so many times what is alive. */
const COMPACT_FROM_BYTES = 4 * 1024 * 1024
const COMPACT_AT_RATIO = 4

export async function openFileStore(
  dir: DataDirectory,
  reserve: SpaceReserve,
  clock: Clock = systemClock,
): Promise<Store> {
  const path = join(dir.store, 'log.ndjson')
  const read = await readStore(path, clock.now())
  const { shards } = read
  let { version, liveBytes } = read
  let { log } = await openLineLog(path)
  /** Keys whose last change is not durable yet. */
  const pending = new Map<string, number>()
  let closed = false
  const commits = createGroupCommit<Operation>(commit)

  async function commit(group: readonly Operation[]): Promise<void> {
    const undo: Change[] = []
    const answers: (() => void)[] = []
    let lines = ''
    try {
      for (const operation of group) {
        const { change, answer } = operation.decide()
        answers.push(answer)
        if (change === undefined) continue
        undo.push({ key: change.key, kept: lookUp(change.key) })
        apply(change)
        lines += toLine(change)
      }
      if (lines !== '') {
        await reserve.assertHeld()
        await log.append(lines)
      }
    } catch (error) {
      for (const change of undo.reverse()) apply(change)
      for (const { key, reject } of group) {
        settle(key)
        reject(error)
      }
      return
    }
    for (const { key } of group) settle(key)
    for (const answer of answers) answer()
    // not done, it is tried with a later group: what was answered stands either way
    if (isWasteful()) await compact().catch(() => {})
  }

  function isWasteful(): boolean {
    return log.size > COMPACT_FROM_BYTES && log.size > liveBytes * COMPACT_AT_RATIO
  }

  async function compact(): Promise<void> {
    sweep()
    await replaceFile(path, liveLines(shards, version))
    const old = log
    log = (await openLineLog(path)).log
    liveBytes = log.size
    await old.close()
  }

  function sweep(): void {
    const now = clock.now()
    for (const shard of [...shards.values()]) {
      for (const kept of [...shard.values()])
        if (isOver(kept, now)) apply({ key: kept.key, kept: undefined })
    }
  }

  function lookUp([kind, owner, id]: StoreKey): Kept | undefined {
    return shards.get(shardOf(kind, owner))?.get(id)
  }

  function find(key: StoreKey): Kept | undefined {
    const kept = lookUp(key)
    return kept === undefined || isOver(kept, clock.now()) ? undefined : kept
  }

  function apply(change: Change): void {
    liveBytes += applyChange(shards, change)
  }

  function put(key: StoreKey, text: string, until: number | null): Change {
    version += 1
    return { key, kept: { key, text, version, until } }
  }

  function settle(key: StoreKey): void {
    const name = nameOf(key)
    const left = (pending.get(name) ?? 1) - 1
    if (left === 0) pending.delete(name)
    else pending.set(name, left)
  }

  function assertOpen(): void {
    if (closed) throw new Error('the store is closed')
  }

  function run<T>(
    key: StoreKey,
    decide: () => { readonly change?: Change | undefined; readonly result: T },
  ): Promise<T> {
    assertOpen()
    const name = nameOf(key)
    pending.set(name, (pending.get(name) ?? 0) + 1)
    return new Promise<T>((resolve, reject) => {
      commits.add({
        key,
        reject,
        decide() {
          const { change, result } = decide()
          const answer = () => resolve(result)
          return change === undefined ? { answer } : { change, answer }
        },
      })
    })
  }

  return {
    async read(key) {
      assertOpen()
      // what is not durable yet may still be undone
      if (pending.has(nameOf(key))) await commits.settled()
      const kept = find(key)
      return kept && toEntry(kept)
    },
    async write(key, value, expect, ttlMs) {
      const text = value === undefined ? undefined : JSON.stringify(value)
      return run(key, () => {
        const kept = find(key)
        const found = kept && { version: String(kept.version) }
        if (!isExpected(found, expect)) return { result: false }
        if (text !== undefined) {
          const until = ttlMs === undefined ? null : clock.now() + ttlMs
          return { result: true, change: put(key, text, until) }
        }
        return { result: true, change: kept && { key, kept: undefined } }
      })
    },
    async addIfBelow(key, add, limit, ttlMs) {
      return run(key, () => {
        const kept = find(key)
        const before = kept === undefined ? {} : (JSON.parse(kept.text) as Counters)
        const result = addCounters(before, add, limit)
        if (!result.added) return { result }
        const until = kept === undefined ? clock.now() + ttlMs : kept.until
        return { result, change: put(key, JSON.stringify(result.totals), until) }
      })
    },
    async *list(kind, owner) {
      assertOpen()
      await commits.settled()
      const now = clock.now()
      for (const kept of [...(shards.get(shardOf(kind, owner))?.values() ?? [])]) {
        if (!isOver(kept, now)) yield toEntry(kept)
      }
    },
    async close() {
      if (closed) return
      closed = true
      await commits.settled()
      await log.close()
    },
  }
}

function isOver(kept: Kept, now: number): boolean {
  return kept.until !== null && now >= kept.until
}

function toEntry({ key, text, version }: Kept): StoreEntry {
  return { key, value: JSON.parse(text) as Json, version: String(version) }
}

function shardOf(kind: string, owner: string): string {
  return JSON.stringify([kind, owner])
}

function nameOf(key: StoreKey): string {
  return JSON.stringify(key)
}

/** Returns by how many bytes what is alive grew. */
function applyChange(shards: Shards, { key: [kind, owner, id], kept }: Change): number {
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

function toLine({ key, kept }: Change): string {
  const name = JSON.stringify(key)
  if (kept === undefined) return `[0,${name}]\n`
  return `[${kept.version},${name},${kept.until},${kept.text}]\n`
}

function* liveLines(shards: Shards, version: number): Generator<string> {
  let lines = `[${version}]\n`
  for (const shard of shards.values()) {
    for (const kept of shard.values()) {
      lines += toLine({ key: kept.key, kept })
      if (lines.length < 65_536) continue
      yield lines
      lines = ''
    }
  }
  yield lines
}

async function readStore(
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
