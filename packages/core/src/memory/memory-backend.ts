// A backend of one process that forgets: for tests and the edge. Nothing survives a restart.
import type { BackendSource } from '../ports/backend.ts'
import type { Clock } from '../ports/clock.ts'
import { memoryAuditLog } from './memory-audit-log.ts'
import { memoryFeed } from './memory-feed.ts'
import { memoryStore } from './memory-store.ts'

/** Each call is a backend of its own. Without secrets a random one is made, so that no cookie outlives the process. */
export function memoryBackend(options: { readonly clock?: Clock } = {}): BackendSource {
  return {
    key: `memory:${crypto.randomUUID()}`,
    async open({ secrets }) {
      const feed = memoryFeed(options)
      const store = memoryStore(options)
      const audit = memoryAuditLog()
      return {
        feed,
        store,
        audit,
        authority: 'machine',
        ...options,
        secrets: secrets.length > 0 ? secrets : [randomSecret()],
        async close() {
          await Promise.all([feed.close(), store.close(), audit.close()])
        },
      }
    },
  }
}

function randomSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  return btoa(String.fromCharCode(...bytes))
}
