// The store on Redis. All of one owner lies in one slot, so that an entry and its index change in one step.
import { randomBytes } from 'node:crypto'
import type { Counters, Json, PortSource, Store, StoreEntry, StoreKey } from '@countersign/core'
import { assertFit } from './assert-fit.ts'
import { type Connection, openConnection, type Reply } from './open-connection.ts'
import { type ParsedRedisOptions, parseRedisOptions, type RedisOptions } from './redis-options.ts'
import { ADD, DELETE, READ, SCAN, WRITE } from './store-scripts.ts'

/**
 * A store that all instances share. What it acknowledged a failover can lose, as Redis replicates behind the answer.
 *
 * @throws ConfigurationError at once where an option is none; when opened: `redis_evicts`
 */
export function redisStore(options: RedisOptions): PortSource<Store> {
  const parsed = parseRedisOptions(options, 'redisStore')
  return { key: `${parsed.key}:store`, open: () => openRedisStore(parsed) }
}

async function openRedisStore(options: ParsedRedisOptions): Promise<Store> {
  const connection = await openConnection(options)
  try {
    assertFit(await connection.infos())
  } catch (error) {
    connection.close()
    throw error
  }
  return createRedisStore(connection, options.prefix)
}

function createRedisStore(connection: Connection, prefix: string): Store {
  async function read(key: StoreKey): Promise<StoreEntry | undefined> {
    const [value, version] = (await connection.run(READ, [entryKey(prefix, key)], [])) as Reply[]
    if (!(value instanceof Buffer) || !(version instanceof Buffer)) return undefined
    return { key, value: JSON.parse(value.toString()) as Json, version: version.toString() }
  }

  return {
    read,
    async write(key, value, expect, ttlMs) {
      const keys = [entryKey(prefix, key), indexKey(prefix, key)]
      const reply =
        value === undefined
          ? await connection.run(DELETE, keys, [key[2], expect])
          : await connection.run(WRITE, keys, [
              ...[key[2], expect],
              ...[JSON.stringify(value), newVersion(), toLife(ttlMs)],
            ])
      return reply === 1
    },
    async addIfBelow(key, add, limit, ttlMs) {
      const counters = Object.entries(add).map(([name, amount]) => ({
        name,
        amount,
        most: limit[name],
      }))
      if (!counters.every(isCountable)) return { added: false, totals: toTotals(await read(key)) }
      const reply = (await connection.run(
        ADD,
        [entryKey(prefix, key), indexKey(prefix, key)],
        [
          ...[key[2], newVersion(), toLife(ttlMs)],
          ...counters.flatMap(({ name, amount, most }) => [name, toLua(amount), toLua(most ?? 0)]),
        ],
      )) as Reply[]
      const totals = JSON.parse(String(reply[1])) as Counters
      return { added: reply[0] === 1, totals }
    },
    async *list(kind, owner) {
      const seen = new Set<string>()
      let cursor = '0'
      do {
        const reply = await connection.run(SCAN, [indexKey(prefix, [kind, owner, ''])], [cursor])
        const [next, members] = reply as [Buffer, Buffer[]]
        cursor = next.toString()
        // members and scores take turns, and a scan may name one twice
        const ids = members.flatMap((member, at) => (at % 2 === 0 ? [member.toString()] : []))
        const fresh = ids.filter((id) => !seen.has(id))
        for (const id of fresh) seen.add(id)
        const entries = await Promise.all(fresh.map((id) => read([kind, owner, id])))
        for (const entry of entries) if (entry !== undefined) yield entry
      } while (cursor !== '0')
    },
    async close() {
      connection.close()
    },
  }
}

/** Also what is compared: a counter without a limit, or a sum that is no number, adds nothing. */
function isCountable({
  amount,
  most,
}: {
  readonly amount: number
  readonly most?: number | undefined
}): boolean {
  return amount >= 0 && Number.isFinite(amount) && most !== undefined && !Number.isNaN(most)
}

function toTotals(entry: StoreEntry | undefined): Counters {
  return (entry?.value ?? {}) as Counters
}

/** Lua reads what JavaScript writes, but for the name of infinity. */
function toLua(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '1e999'
  return value === Number.NEGATIVE_INFINITY ? '-1e999' : String(value)
}

function toLife(ttlMs: number | undefined): string {
  return ttlMs === undefined || ttlMs === Number.POSITIVE_INFINITY
    ? ''
    : String(Math.max(1, Math.ceil(ttlMs)))
}

/** Never the same again, whoever writes: a version must not come back after a deletion or a failover. */
function newVersion(): string {
  return randomBytes(12).toString('base64url')
}

function entryKey(prefix: string, [kind, owner, id]: StoreKey): string {
  return `${shard(prefix, owner)}:${encode(kind)}:${encode(id)}`
}

/** No entry is named like it: a kind has no slash once it is encoded. */
function indexKey(prefix: string, [kind, owner]: StoreKey): string {
  return `${shard(prefix, owner)}:${encode(kind)}/ids`
}

/** An empty hash tag would be none: a percent sign alone is no encoded owner. */
function shard(prefix: string, owner: string): string {
  return `${prefix}:store:{${owner === '' ? '%' : encode(owner)}}`
}

/** @throws URIError on half a surrogate pair: as UTF-8 it would be the same as any other */
function encode(part: string): string {
  return encodeURIComponent(part)
}
