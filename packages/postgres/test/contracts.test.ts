// The contract suites on a private PostgreSQL.
import type { AuditLog, Feed, OpenPort, PortSource, Store } from '@countersign/core'
import {
  type PostgresOptions,
  postgresAuditLog,
  postgresFeed,
  postgresStore,
} from '@countersign/postgres'
import { auditContract, feedContract, type MakeHarness, storeContract } from '@countersign/testing'
import { afterAll, beforeAll } from 'vitest'
import { type PrivateDatabase, passTime, rowsOf, startPrivateDatabase } from './private-database.ts'

let database: PrivateDatabase
beforeAll(async () => {
  database = await startPrivateDatabase()
}, 60_000)
afterAll(() => database.stop())

const CONTEXT = { secrets: ['a secret of the tests, long enough'] }

function onPostgres<Port>(
  part: (options: PostgresOptions) => PortSource<Port>,
): MakeHarness<OpenPort<Port>> {
  return async () => {
    const schema = await database.freshSchema()
    const query = (text: string) => database.admin.query(text)
    return {
      lasting: true,
      open: () => part({ connectionString: database.url, schema }).open(CONTEXT),
      raw: () => rowsOf(query, schema),
      pass: (ms) => passTime(query, schema, ms),
      dispose: () => database.giveBack(schema),
    }
  }
}

feedContract('PostgreSQL', onPostgres<Feed>(postgresFeed))
storeContract('PostgreSQL', onPostgres<Store>(postgresStore))
auditContract('PostgreSQL', onPostgres<AuditLog>(postgresAuditLog))
