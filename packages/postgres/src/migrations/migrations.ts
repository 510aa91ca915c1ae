// The schema's versions, in order. One that was released is never changed: what is new comes as the next.
import { AUDIT_TABLES } from './audit-tables.ts'
import { FEED_TABLES } from './feed-tables.ts'
import { STORE_TABLES } from './store-tables.ts'

export interface Migration {
  readonly version: number
  readonly name: string
  /** Run with the schema as search path, in the transaction of all that are due. */
  readonly script: string
}

export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'feed, store and audit log',
    script: FEED_TABLES + STORE_TABLES + AUDIT_TABLES,
  },
]

/** What this release reads and writes. */
export const SCHEMA_VERSION = 1
