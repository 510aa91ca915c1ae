// Whether the schema is the one that this release reads and writes. Another is refused in words, never tried.
import { ConfigurationError } from '@countersign/core'
import type { Sql } from '../sql.ts'
import { SCHEMA_VERSION } from './migrations.ts'

/** @throws ConfigurationError `schema_missing`, `schema_older`, `schema_newer`, `schema_forbidden` */
export async function assertSchemaVersion({ schema, query }: Sql): Promise<void> {
  let version: number
  try {
    const [found] = await query<{ version: number | null }>(
      `select max(version)::int as version from ${schema}.schema_versions`,
    )
    version = found?.version ?? 0
  } catch (error) {
    throw toMistake(schema, error)
  }
  if (version === 0) throw schemaMissing(schema)
  if (version > SCHEMA_VERSION) throw schemaNewer(schema, version)
  if (version < SCHEMA_VERSION) throw schemaOlder(schema, version)
}

function toMistake(schema: string, error: unknown): unknown {
  const code = (error as { code?: unknown } | undefined)?.code
  // undefined_table, invalid_schema_name
  if (code === '42P01' || code === '3F000') return schemaMissing(schema)
  // insufficient_privilege
  if (code === '42501') return schemaForbidden(schema)
  return error
}

function schemaMissing(schema: string): ConfigurationError {
  return new ConfigurationError({
    code: 'schema_missing',
    path: 'schema',
    problem: `must name a schema that was made before: ${schema}`,
    got: 'nothing there',
    fix: 'Run as the owner of the tables: countersign migrate --postgres <url>',
  })
}

function schemaOlder(schema: string, version: number): ConfigurationError {
  return new ConfigurationError({
    code: 'schema_older',
    path: 'schema',
    problem: `has to be of version ${SCHEMA_VERSION}: ${schema}`,
    got: `version ${version}`,
    fix: 'Run countersign migrate --postgres <url> with this release, before its first instance starts.',
  })
}

export function schemaNewer(schema: string, version: number): ConfigurationError {
  return new ConfigurationError({
    code: 'schema_newer',
    path: 'schema',
    problem: `has to be of version ${SCHEMA_VERSION}, which this release writes: ${schema}`,
    got: `version ${version}`,
    fix: 'A later release was here: use that one.',
  })
}

function schemaForbidden(schema: string): ConfigurationError {
  return new ConfigurationError({
    code: 'schema_forbidden',
    path: 'schema',
    problem: `must be open to the role that the app connects as: ${schema}`,
    got: 'no right to read it',
    fix: 'Run as the owner of the tables: countersign migrate --postgres <url> --app-role <role>',
  })
}
