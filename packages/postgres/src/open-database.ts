// From options to a database.
import { openPGlite } from './open-pglite.ts'
import { openPool } from './open-pool.ts'
import type { PostgresOptions } from './postgres-options.ts'
import type { Sql } from './sql.ts'

export interface DatabaseUse {
  /** Connections at most, besides one that listens. */
  readonly max: number
  /** @default 5 s */
  readonly patienceMs?: number
}

/** Connects at the first use. */
export async function openDatabase(options: PostgresOptions, use: DatabaseUse): Promise<Sql> {
  const { connectionString, pool, pglite, schema = 'countersign' } = options
  if (pglite !== undefined) {
    await pglite.waitReady
    return openPGlite(pglite, schema)
  }
  const config = connectionString === undefined ? { ...pool } : { connectionString }
  return openPool({ schema, config, ...use })
}
