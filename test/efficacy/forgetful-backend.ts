// The memory backend for half a year in a few minutes: no log is kept, Node hashes, and what all people's logins look like is
// kept as it is, where 400 kB would be written as text and read again for every few logins.
import { type AuditRecord, type BackendSource, memoryBackend, type Store } from '@countersign/core'
import type { FakeClock } from '@countersign/testing'
import { sha256 } from '../../packages/node/src/sha256.ts'

export function forgetfulBackend(clock: FakeClock): BackendSource {
  const source = memoryBackend({ clock })
  return {
    ...source,
    async open(options) {
      const opened = await source.open(options)
      const heads = new Map<string, Pick<AuditRecord, 'seq' | 'hash'>>()
      return {
        ...opened,
        sha256,
        store: withPopulationAsItIs(opened.store),
        audit: {
          async append(chain, batch) {
            const last = batch.at(-1)
            if (last !== undefined) heads.set(chain, { seq: last.seq, hash: last.hash })
          },
          head: async (chain) => heads.get(chain),
          async *read() {},
          close: async () => undefined,
        },
      }
    },
  }
}

/** There is one instance: nobody else writes it, and nobody changes what was read. */
function withPopulationAsItIs(store: Store): Store {
  let kept: Awaited<ReturnType<Store['read']>>
  const isPopulation = (key: readonly string[]) => key[0] === 'login-history' && key[1] === ''
  return {
    ...store,
    read: (key) => (isPopulation(key) ? Promise.resolve(kept) : store.read(key)),
    async write(key, value, expect, ttlMs) {
      if (!isPopulation(key)) return await store.write(key, value, expect, ttlMs)
      const version = String(Number(kept?.version ?? 0) + 1)
      kept = value === undefined ? undefined : { key, value, version }
      return true
    },
  }
}
