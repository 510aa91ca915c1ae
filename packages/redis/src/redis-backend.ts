// Feed and store on Redis or Valkey, for many instances; the audit log is another port's.
import {
  type AuditLog,
  type BackendSource,
  ConfigurationError,
  combineBackend,
  describeValue,
  type PortSource,
} from '@countersign/core'
import { redisFeed } from './redis-feed.ts'
import { parseRedisOptions, type RedisOptions } from './redis-options.ts'
import { redisStore } from './redis-store.ts'
import { sha256 } from './sha256.ts'

export interface RedisBackendOptions extends RedisOptions {
  /** Where decisions and changes are recorded: `postgresAuditLog(…)`. */
  readonly audit: PortSource<AuditLog>
}

/**
 * Shares the feed and the store between instances. A revocation holds on all of them at once, and within `maxStaleness`
 * where the network is cut. What was acknowledged survives as far as the servers keep it: see what a failover can lose.
 *
 * @throws ConfigurationError at once where an option is none; when opened: `secret_missing`, `redis_evicts`
 */
export function redisBackend(options: RedisBackendOptions): BackendSource {
  const { audit, ...redis } = options ?? {}
  parseRedisOptions(redis as RedisOptions, 'redisBackend', ['audit'])
  assertAudit(audit)
  return combineBackend({ feed: redisFeed(redis), store: redisStore(redis), audit, sha256 })
}

function assertAudit(audit: unknown): asserts audit is PortSource<AuditLog> {
  const source = audit as PortSource<AuditLog> | null | undefined
  if (typeof source?.open === 'function' && typeof source.key === 'string') return
  throw new ConfigurationError({
    code: 'audit_missing',
    path: 'audit',
    problem: 'must be where decisions are recorded: no record, no opt-out',
    got: describeValue(audit),
    fix: 'Write audit: postgresAuditLog({ connectionString }).',
  })
}
