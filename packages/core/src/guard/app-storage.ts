// The store for those who extend a guard: keyed state under names of their own, apart from what the guard keeps.
import type { Engine } from '../engine/engine.ts'
import type { Json } from '../ports/json.ts'
import type { StoreEntry, StoreKey } from '../ports/store.ts'

/** What the guard's store does, under one kind: `owner` is the unit of erasure, an empty text where there is none. */
export interface Storage {
  read(owner: string, id: string): Promise<StoreEntry | undefined>
  /** One atomic step, as `Store.write`: `'absent'` claims an id once, across all instances. */
  write(
    owner: string,
    id: string,
    value: Json | undefined,
    expect: string | 'absent' | 'any',
    ttlMs?: number,
  ): Promise<boolean>
  list(owner: string): AsyncIterable<StoreEntry>
}

/** @throws TypeError where `kind` is no name */
export function appStorage(engine: () => Promise<Engine>, kind: string): Storage {
  if (typeof kind !== 'string' || !/^[a-z][a-z0-9-]{0,31}$/.test(kind))
    throw new TypeError('storage: the kind must be words in lower case with hyphens')
  // what the guard keeps has names without a dot
  const owned = `app.${kind}`
  const key = (owner: string, id: string): StoreKey => [owned, owner, id]
  return {
    read: async (owner, id) => (await engine()).store.read(key(owner, id)),
    write: async (owner, id, value, expect, ttlMs) =>
      (await engine()).store.write(key(owner, id), value, expect, ttlMs),
    async *list(owner) {
      yield* (await engine()).store.list(owned, owner)
    },
  }
}
