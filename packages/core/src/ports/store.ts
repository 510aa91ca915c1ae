// The store: keyed state with the few atomic operations that trust, attempts and allowances need.
import type { Json } from './json.ts'

/** `owner` is the shard and the unit of erasure; an empty string where there is none. */
export type StoreKey = readonly [kind: string, owner: string, id: string]

export interface StoreEntry {
  readonly key: StoreKey
  readonly value: Json
  /** Changes with every write; to be given back as `expect`. */
  readonly version: string
}

export type Counters = Readonly<Record<string, number>>

export interface Store {
  read(key: StoreKey): Promise<StoreEntry | undefined>
  /**
   * One atomic step. `expect` is the version that was read, `'absent'` (consume once) or `'any'`; `undefined` as value
   * deletes. False: somebody else was first, nothing was written.
   */
  write(
    key: StoreKey,
    value: Json | undefined,
    expect: string | 'absent' | 'any',
    ttlMs?: number,
  ): Promise<boolean>
  /**
   * Adds to all counters, or, where any would rise above its limit (inclusive), to none. The time to live begins with
   * the first addition and is not prolonged. `totals` are those after the call.
   */
  addIfBelow(
    key: StoreKey,
    add: Counters,
    limit: Counters,
    ttlMs: number,
  ): Promise<{ readonly added: boolean; readonly totals: Counters }>
  list(kind: string, owner: string): AsyncIterable<StoreEntry>
  close(): Promise<void>
}
