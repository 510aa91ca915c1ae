// The backend for many instances, and its parts.
import {
  type AuditLog,
  type BackendSource,
  combineBackend,
  type Feed,
  type OpenPort,
  type PortSource,
  type Store,
} from '@countersign/core'
import { openAuditLog } from './audit/open-audit-log.ts'
import { openFeed } from './feed/open-feed.ts'
import { migrateSchema } from './migrations/migrate-postgres.ts'
import { assertSchemaVersion } from './migrations/schema-version.ts'
import { openDatabase } from './open-database.ts'
import { checkPostgresOptions, type PGliteLike, type PostgresOptions } from './postgres-options.ts'
import { sha256 } from './sha256.ts'
import type { Sql } from './sql.ts'
import { openStore } from './store/open-store.ts'

const STORE_CONNECTIONS = 10

/**
 * Feed, store and audit log in one PostgreSQL database, for any number of instances. Nothing connects before the first
 * request or `ready()`. Each instance has at most 15 connections, or those that `pool.max` leaves the store and 5.
 *
 * @throws ConfigurationError at once where an option is none; when opened: `secret_missing`, `schema_missing`, `schema_older`, …
 */
export function postgresBackend(options: PostgresOptions): BackendSource {
  return combineBackend({
    feed: postgresFeed(options),
    store: postgresStore(options),
    audit: postgresAuditLog(options),
    sha256,
  })
}

/** The feed alone, for `combineBackend`. */
export function postgresFeed(options: PostgresOptions): PortSource<Feed> {
  return part('feed', options, 2, (sql) => openFeed(sql))
}

/** The store alone, for `combineBackend`. */
export function postgresStore(options: PostgresOptions): PortSource<Store> {
  const max = options?.pool?.max ?? STORE_CONNECTIONS
  return part('store', options, max, (sql) => openStore(sql))
}

/** The audit log alone, for `combineBackend`: feed and store may be in Redis. */
export function postgresAuditLog(options: PostgresOptions): PortSource<AuditLog> {
  return part('audit', options, 2, openAuditLog)
}

/** Each part has connections of its own: a flood of one does not hold up the others. */
function part<Port extends object>(
  name: string,
  options: PostgresOptions,
  max: number,
  open: (sql: Sql, secrets: readonly string[]) => OpenPort<Port>,
): PortSource<Port> {
  checkPostgresOptions(options)
  return {
    key: `postgres:${name}:${placeOf(options)}`,
    scope: options.schema ?? 'countersign',
    async open({ secrets }) {
      const sql = await openDatabase(options, { max })
      try {
        if (options.migrate === true) await migrateSchema(sql)
        else await assertSchemaVersion(sql)
        return open(sql, secrets)
      } catch (error) {
        await sql.close()
        throw error
      }
    },
  }
}

/** As a hash: it may be shown, and a password may be part of it. */
function placeOf({
  connectionString,
  pool,
  pglite,
  schema = 'countersign',
}: PostgresOptions): string {
  const place = connectionString ?? (pool === undefined ? '' : JSON.stringify(pool, withoutCode))
  const own = pglite === undefined ? '' : `pglite ${numberOf(pglite)}`
  return sha256(JSON.stringify([place, own, schema])).slice(0, 24)
}

function withoutCode(_name: string, value: unknown): unknown {
  return typeof value === 'function' ? undefined : value
}

const numbers = new WeakMap<PGliteLike, number>()
let made = 0

function numberOf(pglite: PGliteLike): number {
  const known = numbers.get(pglite)
  if (known !== undefined) return known
  made += 1
  numbers.set(pglite, made)
  return made
}
