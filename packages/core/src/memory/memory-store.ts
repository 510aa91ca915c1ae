// The store in memory. Each operation is one synchronous step, and so atomic.
import type { Clock } from '../ports/clock.ts'
import { systemClock } from '../ports/clock.ts'
import type { Json } from '../ports/json.ts'
import type { Counters, Store, StoreEntry, StoreKey } from '../ports/store.ts'

interface Kept {
  /** As text: what a caller does to its value afterwards changes nothing here. */
  readonly text: string
  readonly version: string
  /** Milliseconds since the epoch; Infinity: for good. */
  readonly until: number
}

export function memoryStore({ clock = systemClock }: { readonly clock?: Clock } = {}): Store {
  /** By kind and owner, then by id. */
  const shards = new Map<string, Map<string, Kept>>()
  let writes = 0
  let closed = false

  function assertOpen(): void {
    if (closed) throw new Error('the store is closed')
  }

  function find([kind, owner, id]: StoreKey): Kept | undefined {
    const kept = shards.get(shardOf(kind, owner))?.get(id)
    return kept !== undefined && clock.now() < kept.until ? kept : undefined
  }

  function put([kind, owner, id]: StoreKey, value: Json, until: number): void {
    const name = shardOf(kind, owner)
    const shard = shards.get(name) ?? new Map<string, Kept>()
    shards.set(name, shard)
    writes += 1
    shard.set(id, { text: JSON.stringify(value), version: String(writes), until })
    if (writes % 1024 === 0) sweep()
  }

  function remove([kind, owner, id]: StoreKey): void {
    const name = shardOf(kind, owner)
    const shard = shards.get(name)
    shard?.delete(id)
    if (shard?.size === 0) shards.delete(name)
  }

  function sweep(): void {
    const now = clock.now()
    for (const [name, shard] of shards) {
      for (const [id, kept] of shard) if (now >= kept.until) shard.delete(id)
      if (shard.size === 0) shards.delete(name)
    }
  }

  return {
    async read(key) {
      assertOpen()
      const kept = find(key)
      return kept && toEntry(key, kept)
    },
    async write(key, value, expect, ttlMs) {
      assertOpen()
      const kept = find(key)
      if (!isExpected(kept, expect)) return false
      if (value === undefined) remove(key)
      else put(key, value, ttlMs === undefined ? Number.POSITIVE_INFINITY : clock.now() + ttlMs)
      return true
    },
    async addIfBelow(key, add, limit, ttlMs) {
      assertOpen()
      const kept = find(key)
      const before = kept === undefined ? {} : (JSON.parse(kept.text) as Counters)
      const { added, totals } = addCounters(before, add, limit)
      if (added) put(key, totals, kept?.until ?? clock.now() + ttlMs)
      return { added, totals }
    },
    async *list(kind, owner) {
      assertOpen()
      for (const id of [...(shards.get(shardOf(kind, owner))?.keys() ?? [])]) {
        const key: StoreKey = [kind, owner, id]
        const kept = find(key)
        if (kept !== undefined) yield toEntry(key, kept)
      }
    },
    async close() {
      closed = true
    },
  }
}

/** All counters or none; a counter without a limit, or a sum that is no number, adds nothing. */
export function addCounters(
  before: Counters,
  add: Counters,
  limit: Counters,
): { readonly added: boolean; readonly totals: Counters } {
  const totals: Record<string, number> = { ...before }
  for (const [name, amount] of Object.entries(add)) {
    const total = (before[name] ?? 0) + amount
    const most = limit[name]
    if (most === undefined || !(amount >= 0) || !(total <= most))
      return { added: false, totals: before }
    totals[name] = total
  }
  return { added: true, totals }
}

export function isExpected(
  kept: { readonly version: string } | undefined,
  expect: string | 'absent' | 'any',
): boolean {
  if (expect === 'any') return true
  return expect === 'absent' ? kept === undefined : kept?.version === expect
}

function shardOf(kind: string, owner: string): string {
  return JSON.stringify([kind, owner])
}

function toEntry(key: StoreKey, kept: Kept): StoreEntry {
  return { key, value: JSON.parse(kept.text) as Json, version: kept.version }
}
