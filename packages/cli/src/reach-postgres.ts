// Where in a database the tables are that instances share.
import type { Given } from './command.ts'

export interface PostgresPlace {
  readonly connectionString: string
  readonly schema?: string
}

/** The tables at `connectionString`, in the schema that the command line names. */
export function postgresAt(connectionString: string, given: Given): PostgresPlace {
  const schema = given.text('schema')
  return schema === undefined ? { connectionString } : { connectionString, schema }
}
