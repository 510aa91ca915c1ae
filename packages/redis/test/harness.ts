// The contracts' harness on a server: a prefix of its own for each test, and all keys under it, read behind the port's back.
import type { PortSource } from '@countersign/core'
import type { Harness } from '@countersign/testing'
import type { RedisServer } from '../../../test/support/redis-servers.ts'

let tests = 0

export function onRedis<T>(
  servers: readonly RedisServer[],
  source: (prefix: string) => PortSource<T>,
): () => Promise<Harness<T>> {
  return async () => {
    const prefix = `test-${++tests}`
    return {
      lasting: true,
      shared: true,
      open: () => source(prefix).open({ secrets: [] }),
      raw: async () => servers.map((server) => dump(server, prefix)).join('\n'),
      pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      // the server ends with the tests, and no other test has this prefix
      dispose: async () => {},
    }
  }
}

// one process of redis-cli for all of it: each costs more than the whole test otherwise
const DUMP = `
local found = {}
for _, key in ipairs(redis.call('KEYS', ARGV[1] .. ':*')) do
  local type = redis.call('TYPE', key).ok
  local content
  if type == 'stream' then content = redis.call('XRANGE', key, '-', '+')
  elseif type == 'hash' then content = redis.call('HGETALL', key)
  else content = redis.call('ZRANGE', key, 0, -1) end
  found[#found + 1] = { key, content }
end
return found`

/** All that lies under the prefix on one server, as text. */
export function dump(server: RedisServer, prefix: string): string {
  return server.cli('EVAL', DUMP, '0', prefix)
}

export function keysOf(server: RedisServer, prefix: string): readonly string[] {
  return server
    .cli('KEYS', `${prefix}:*`)
    .split('\n')
    .filter((key) => key !== '')
}
