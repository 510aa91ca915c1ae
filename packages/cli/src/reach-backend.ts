// The servers that instances share, as a command line names them. Their packages are loaded only where they are asked for.
import type { AuditLog, BackendSource, PortSource } from '@countersign/core'
import { CliError } from './cli-error.ts'
import type { Given, Option } from './command.ts'
import { DATA, POSTGRES, SCHEMA } from './command-options.ts'
import { EXIT } from './exit-code.ts'
import { type PostgresPlace, postgresAt } from './reach-postgres.ts'

export interface SharedBackend {
  /** To be shown: without user and password. */
  readonly name: string
  backend(): Promise<BackendSource>
  audit(): Promise<PortSource<AuditLog>>
}

/** Servers alone. */
export const SHARED_PLACE: Readonly<Record<string, Option>> = {
  postgres: {
    ...POSTGRES,
    text: 'the database that instances share: postgres://shop@db.example/shop',
  },
  schema: SCHEMA,
  redis: {
    type: 'text',
    value: 'url',
    text: 'the Redis of feed and store, where --postgres keeps the audit log alone: redis://shop@redis.example',
  },
  prefix: { type: 'text', value: 'name', text: 'of the keys in Redis [countersign]' },
}

/** Where what is in force is kept: a data directory, or servers. */
export const PLACE: Readonly<Record<string, Option>> = { data: DATA, ...SHARED_PLACE }

/** `undefined`: a data directory. @throws CliError where both are named, or Redis without the log's database */
export function sharedBackendOf(
  given: Given,
  env: Readonly<Record<string, string | undefined>>,
): SharedBackend | undefined {
  const postgres = given.text('postgres')
  const redis = given.text('redis')
  if (postgres === undefined && redis === undefined) return undefined
  if (given.text('data') !== undefined) throw namedTwice()
  if (postgres === undefined) throw logNotNamed()
  const place = postgresAt(postgres, given)
  return redis === undefined
    ? onPostgres(place)
    : onRedis({ url: redis, prefix: given.text('prefix'), password: env['REDIS_PASSWORD'] }, place)
}

function onPostgres(place: PostgresPlace): SharedBackend {
  return {
    name: withoutPassword(place.connectionString),
    backend: async () => (await import('@countersign/postgres')).postgresBackend(place),
    audit: () => auditOn(place),
  }
}

interface RedisPlace {
  readonly url: string
  readonly prefix: string | undefined
  readonly password: string | undefined
}

function onRedis(redis: RedisPlace, place: PostgresPlace): SharedBackend {
  return {
    name: withoutPassword(redis.url),
    async backend() {
      const { redisBackend } = await import('@countersign/redis')
      return redisBackend({ ...redis, audit: await auditOn(place) })
    },
    audit: () => auditOn(place),
  }
}

async function auditOn(place: PostgresPlace): Promise<PortSource<AuditLog>> {
  return (await import('@countersign/postgres')).postgresAuditLog(place)
}

function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return 'the server that was named'
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}

export function sharedNotNamed(): CliError {
  return new CliError(
    EXIT.usage,
    'no_shared_backend',
    'This is about what instances share. Name it with --postgres <url>, and --redis <url> where feed and store are there.',
  )
}

function namedTwice(): CliError {
  return new CliError(
    EXIT.usage,
    'place_named_twice',
    '--data and --postgres or --redis name two places. Write what the app has as its backend.',
  )
}

function logNotNamed(): CliError {
  return new CliError(
    EXIT.usage,
    'log_not_named',
    'Redis keeps feed and store, and every change is recorded. Name the database of the audit log with --postgres <url>.',
  )
}
