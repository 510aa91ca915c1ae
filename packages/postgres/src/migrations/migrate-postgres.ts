// Brings a database's schema to this release's version: all of it or nothing, and once, whoever else does it at the time.
import { openDatabase } from '../open-database.ts'
import { checkPostgresOptions, type PostgresOptions } from '../postgres-options.ts'
import type { Sql, Transaction } from '../sql.ts'
import { grantAppRole } from './grant-app-role.ts'
import { MIGRATIONS, SCHEMA_VERSION } from './migrations.ts'
import { schemaNewer } from './schema-version.ts'

export interface MigrateOptions extends Omit<PostgresOptions, 'migrate'> {
  /** The role that the app connects as, where it is another than the one that migrates: it is granted what it needs. */
  readonly appRole?: string | undefined
}

export interface Migrated {
  readonly schema: string
  /** The version that was found: 0 where there was none. */
  readonly from: number
  readonly to: number
}

/** It waits for others that do the same, and for long statements. */
const PATIENCE_MS = 600_000

/**
 * Makes the schema or brings it up to date, and grants to `appRole` what the app needs. Run again it changes nothing.
 *
 * @throws ConfigurationError `schema_newer` where a later release has been here, `role_missing`, and those of the options
 */
export async function migratePostgres({ appRole, ...options }: MigrateOptions): Promise<Migrated> {
  checkPostgresOptions(options)
  const sql = await openDatabase(options, { max: 1, patienceMs: PATIENCE_MS })
  try {
    return await migrateSchema(sql, appRole)
  } finally {
    await sql.close()
  }
}

export function migrateSchema(sql: Sql, appRole?: string): Promise<Migrated> {
  const { schema } = sql
  return sql.transaction(async (transaction) => {
    const from = await lockSchema(transaction, schema)
    if (from > SCHEMA_VERSION) throw schemaNewer(schema, from)
    for (const { version, name, script } of MIGRATIONS) {
      if (version <= from) continue
      await transaction.script(script)
      await transaction.query('insert into schema_versions (version, name) values ($1, $2)', [
        version,
        name,
      ])
    }
    await transaction.query('select prepare_audit_days()')
    await transaction.script(`revoke all on all functions in schema ${schema} from public`)
    if (appRole !== undefined) await grantAppRole(transaction, schema, appRole)
    return { schema, from, to: SCHEMA_VERSION }
  })
}

/** The version that is there, and will be until this transaction ends. */
async function lockSchema({ query, script }: Transaction, schema: string): Promise<number> {
  await query('select pg_advisory_xact_lock(hashtext($1))', [`countersign ${schema}`])
  const [there] = await query<{ schema: boolean }>(
    'select to_regnamespace($1) is not null as schema',
    [schema],
  )
  // asking for it also where it is there takes a right on the whole database
  if (there?.schema !== true) await script(`create schema ${schema}`)
  await script(`set local search_path to ${schema}, pg_temp;
    create table if not exists schema_versions (
      version int primary key, name text not null, applied_at timestamptz not null default now())`)
  const [found] = await query<{ version: number }>(
    'select coalesce(max(version), 0)::int as version from schema_versions',
  )
  return found?.version ?? 0
}
