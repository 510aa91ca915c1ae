// Where the database is: what all parts of the backend take, checked at once, for a misspelt option would be none.
import { ConfigurationError, describeValue, didYouMean } from '@countersign/core'
import type { PoolConfig } from 'pg'

export interface PostgresOptions {
  /** `postgres://user:password@host:5432/database?sslmode=verify-full` */
  readonly connectionString?: string | undefined
  /** The connection as `pg` takes it, where a text cannot say it: TLS, a password that is fetched. `max` bounds the store's connections. */
  readonly pool?: PoolConfig | undefined
  /** A PGlite of yours, which you close yourself. */
  readonly pglite?: PGliteLike | undefined
  /** The schema that `countersign migrate` made. @default countersign */
  readonly schema?: string | undefined
  /** Brings the schema up to date when it is opened; the connection's role has to own it. @default false */
  readonly migrate?: boolean | undefined
}

/** What is used of a PGlite. */
export interface PGliteLike extends PGliteQueries {
  readonly waitReady: Promise<void>
  transaction<T>(work: (transaction: PGliteQueries) => Promise<T>): Promise<T>
  listen(channel: string, callback: (payload: string) => void): Promise<() => Promise<void>>
}

export interface PGliteQueries {
  query<T>(text: string, values?: unknown[]): Promise<{ rows: T[] }>
  exec(text: string): Promise<unknown>
}

/** Names that need no quotes anywhere, the names of channels included. */
const SCHEMA = /^[a-z_][a-z0-9_]{0,39}$/
const PLACES = ['connectionString', 'pool', 'pglite'] as const
const NAMES: Readonly<Record<keyof PostgresOptions, true>> = {
  connectionString: true,
  pool: true,
  pglite: true,
  schema: true,
  migrate: true,
}

/** @throws ConfigurationError */
export function checkPostgresOptions(options: PostgresOptions): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw mistake(
      'options_malformed',
      'options',
      'must be an object',
      options,
      'Write { connectionString: process.env.DATABASE_URL }.',
    )
  for (const [name, value] of Object.entries(options))
    if (!Object.hasOwn(NAMES, name)) throw unknownOption(name, value)
  const given = PLACES.filter((name) => options[name] !== undefined)
  if (given.length !== 1) throw placeMissing(given)
  checkPlace(options)
  const { schema, migrate } = options
  if (schema !== undefined && (typeof schema !== 'string' || !SCHEMA.test(schema)))
    throw mistake(
      'schema_malformed',
      'schema',
      'must be lower-case letters, digits and _, at most 40, and begin with no digit',
      schema,
      'Leave it out for countersign.',
    )
  if (migrate !== undefined && typeof migrate !== 'boolean')
    throw mistake('migrate_malformed', 'migrate', 'must be true or false', migrate, 'Leave it out.')
}

function checkPlace({ connectionString, pool, pglite }: PostgresOptions): void {
  if (connectionString !== undefined && !isPostgresUrl(connectionString))
    throw new ConfigurationError({
      code: 'connection_string_malformed',
      path: 'connectionString',
      problem: 'must be an address that begins with postgres:// or postgresql://',
      // never the text itself: it holds a password
      got: typeof connectionString === 'string' ? 'another text' : describeValue(connectionString),
      fix: "Write connectionString: 'postgres://shop@db.example/shop', or give the parts as pool.",
    })
  if (pool !== undefined && (typeof pool !== 'object' || pool === null))
    throw mistake(
      'pool_malformed',
      'pool',
      'must be an object, as pg takes it',
      pool,
      "Write pool: { host: 'db.example', user: 'shop', database: 'shop' }.",
    )
  if (pglite !== undefined && typeof (pglite as Partial<PGliteLike> | null)?.query !== 'function')
    throw mistake(
      'pglite_malformed',
      'pglite',
      'must be a PGlite',
      pglite,
      "Write pglite: new PGlite('./data').",
    )
}

function isPostgresUrl(text: unknown): boolean {
  return typeof text === 'string' && /^postgres(ql)?:\/\//.test(text) && URL.canParse(text)
}

function placeMissing(given: readonly string[]): ConfigurationError {
  return new ConfigurationError({
    code: 'database_unclear',
    path: 'options',
    problem: `must have exactly one of ${PLACES.join(', ')}`,
    got: given.length === 0 ? 'none' : given.join(' and '),
    fix: 'Write { connectionString: process.env.DATABASE_URL }; is the variable set?',
  })
}

function unknownOption(name: string, value: unknown): ConfigurationError {
  const meant = didYouMean(name, Object.keys(NAMES))
  const hint = meant === undefined ? '' : `Did you mean ${meant}? `
  return mistake(
    'option_unknown',
    name,
    'is no option of the PostgreSQL backend',
    // a misspelt connectionString would be shown with its password
    typeof value === 'string' ? `a string of ${value.length} characters` : value,
    `${hint}Leave it out, or write one of ${Object.keys(NAMES).join(', ')}.`,
  )
}

function mistake(
  code: string,
  path: string,
  problem: string,
  got: unknown,
  fix: string,
): ConfigurationError {
  return new ConfigurationError({ code, path, problem, got: describeValue(got), fix })
}
