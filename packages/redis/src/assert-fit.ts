// Whether servers are set up so that what they hold stays: an evicted key is a spent allowance that comes back.
import { ConfigurationError } from '@countersign/core'
import type { ServerInfo } from './open-connection.ts'

/** @throws ConfigurationError `redis_evicts` */
export function assertFit(infos: readonly ServerInfo[]): void {
  for (const info of infos) {
    const policy = info.get('maxmemory_policy') ?? 'noeviction'
    if (policy === 'noeviction' || (info.get('maxmemory') ?? '0') === '0') continue
    throw new ConfigurationError({
      code: 'redis_evicts',
      path: 'maxmemory-policy',
      problem:
        'of the Redis server must be noeviction, or what was revoked, used or spent may be dropped',
      got: policy,
      fix: 'Set maxmemory-policy noeviction, or use another server than the one for caches.',
    })
  }
}
