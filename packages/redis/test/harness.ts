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

/** All that lies under the prefix on one server, as text. */
export function dump(server: RedisServer, prefix: string): string {
  return keysOf(server, prefix)
    .map((key) => {
      const entries = server.cli('TYPE', key).trim() === 'stream'
      return `${key}\n${entries ? server.cli('XRANGE', key, '-', '+') : contentOf(server, key)}`
    })
    .join('\n')
}

function contentOf(server: RedisServer, key: string): string {
  const type = server.cli('TYPE', key).trim()
  return type === 'hash' ? server.cli('HGETALL', key) : server.cli('ZRANGE', key, '0', '-1')
}

export function keysOf(server: RedisServer, prefix: string): readonly string[] {
  return server
    .cli('KEYS', `${prefix}:*`)
    .split('\n')
    .filter((key) => key !== '')
}
