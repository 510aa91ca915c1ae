// A shared backend in memory: several guards, each with an engine of its own, on one feed, one store and one log, where
// loosening takes operator keys. And what an operator has: a pair of keys.
import { exportJWK } from 'jose/key/export'
import { generateKeyPair } from 'jose/key/generate/keypair'
import type { OperatorKey, OperatorPrivateKey } from '../../src/authority/operator-key.ts'
import { memoryAuditLog } from '../../src/memory/memory-audit-log.ts'
import { memoryFeed } from '../../src/memory/memory-feed.ts'
import { memoryStore } from '../../src/memory/memory-store.ts'
import type { AuditLog } from '../../src/ports/audit-log.ts'
import type { BackendSource } from '../../src/ports/backend.ts'
import type { Feed } from '../../src/ports/feed.ts'
import type { Store } from '../../src/ports/store.ts'

export interface SharedBackend {
  readonly feed: Feed
  readonly store: Store
  readonly audit: AuditLog
  /** For one more instance. */
  source(scope?: string): BackendSource
}

let made = 0

export function sharedBackend(feed: Feed = memoryFeed()): SharedBackend {
  const store = memoryStore()
  const audit = memoryAuditLog()
  return {
    feed,
    store,
    audit,
    source(scope = 'shop') {
      made += 1
      return {
        key: `shared:${made}`,
        // an engine that closes leaves the server to the others
        open: async ({ secrets }) => ({
          feed: { ...feed, close: async () => {} },
          store: { ...store, close: async () => {} },
          audit: { ...audit, close: async () => {} },
          authority: 'operator-keys',
          scope,
          secrets,
          close: async () => {},
        }),
      }
    },
  }
}

export interface KeyPair {
  readonly listed: OperatorKey
  readonly key: OperatorPrivateKey
}

export async function makeKeys(alg: 'ES256' | 'EdDSA' = 'ES256'): Promise<KeyPair> {
  const pair = await generateKeyPair(alg, { extractable: true })
  return {
    listed: (await exportJWK(pair.publicKey)) as OperatorKey,
    key: (await exportJWK(pair.privateKey)) as OperatorPrivateKey,
  }
}
