// The store in a file: a map in memory and a log that only grows, written in groups, and compacted when most of it is
// over. An operation is answered once it is durable; what was not is undone.
import { join } from 'node:path'
import {
  addCounters,
  type Clock,
  type Counters,
  isExpected,
  type Store,
  type StoreKey,
  systemClock,
} from '@countersign/core'
import type { DataDirectory } from './data-directory.ts'
import { replaceFile } from './durable-files.ts'
import { createGroupCommit } from './group-commit.ts'
import { openLineLog } from './line-log.ts'
import type { SpaceReserve } from './space-reserve.ts'
import { openStoreEnd } from './store-end.ts'
import {
  applyChange,
  type Change,
  isOver,
  type Kept,
  liveLines,
  readStore,
  shardOf,
  toStoreEntry,
  toStoreLine,
} from './store-lines.ts'

export interface OpenedStore {
  readonly store: Store
  warnings(): readonly string[]
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
): Promise<OpenedStore> {
  const path = join(dir.store, 'log.ndjson')
  const read = await readStore(path, clock.now())
  const { shards } = read
  let { version, liveBytes } = read
  const end = await openStoreEnd(dir, path, version)
  let { log } = await openLineLog(path).catch(async (error) => {
    await end.close()
    throw error
  })
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
        lines += toStoreLine(change, version)
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
    if (lines !== '') await end.record(version)
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

  function remove(key: StoreKey): Change {
    version += 1
    return { key, kept: undefined }
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

  const store: Store = {
    async read(key) {
      assertOpen()
      // what is not durable yet may still be undone
      if (pending.has(nameOf(key))) await commits.settled()
      const kept = find(key)
      return kept && toStoreEntry(kept)
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
        return { result: true, change: kept && remove(key) }
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
        if (!isOver(kept, now)) yield toStoreEntry(kept)
      }
    },
    async close() {
      if (closed) return
      closed = true
      await commits.settled()
      await Promise.all([log.close(), end.close()])
    },
  }

  return { store, warnings: () => end.warnings() }
}

function nameOf(key: StoreKey): string {
  return JSON.stringify(key)
}
