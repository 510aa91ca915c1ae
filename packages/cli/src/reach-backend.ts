// The servers that instances share, as a command line names them. Their packages are loaded only where they are asked for.
import type { AuditLog, BackendSource, PortSource } from '@countersign/core'
import { CliError } from './cli-error.ts'
import type { Given, Option } from './command.ts'
import { DATA, POSTGRES, SCHEMA } from './command-options.ts'
import { EXIT } from './exit-code.ts'
import { postgresAt } from './reach-postgres.ts'

export interface SharedBackend {
  /** To be shown: without user and password. */
  readonly name: string
  backend(): Promise<BackendSource>
  audit(): Promise<PortSource<AuditLog>>
}

/** Where what is in force is kept: a data directory, or servers. */
export const PLACE: Readonly<Record<string, Option>> = {
  data: DATA,
  postgres: {
    ...POSTGRES,
    text: 'the database that instances share, instead: postgres://shop@db.example/shop',
  },
  schema: SCHEMA,
}

/** `undefined`: a data directory. @throws CliError where both are named */
export function sharedBackendOf(given: Given): SharedBackend | undefined {
  const url = given.text('postgres')
  if (url === undefined) return undefined
  if (given.text('data') !== undefined) throw namedTwice()
  return onPostgres(url, given)
}

function onPostgres(url: string, given: Given): SharedBackend {
  const place = postgresAt(url, given)
  return {
    name: withoutPassword(url),
    backend: async () => (await import('@countersign/postgres')).postgresBackend(place),
    audit: async () => (await import('@countersign/postgres')).postgresAuditLog(place),
  }
}

function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return 'the database that was named'
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}

function namedTwice(): CliError {
  return new CliError(
    EXIT.usage,
    'place_named_twice',
    '--data and --postgres name two places. Write the one that the app has as its backend.',
  )
}
