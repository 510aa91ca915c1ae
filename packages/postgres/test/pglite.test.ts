// The same suites on PGlite: PostgreSQL within this process, over one connection.
import type { AuditLog, Feed, OpenPort, PortSource, Store } from '@countersign/core'
import {
  migratePostgres,
  type PostgresOptions,
  postgresAuditLog,
  postgresFeed,
  postgresStore,
} from '@countersign/postgres'
import { auditContract, feedContract, type MakeHarness, storeContract } from '@countersign/testing'
import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll } from 'vitest'
import { emptied, passTime, rowsOf } from './private-database.ts'

const CONTEXT = { secrets: ['a secret of the tests, long enough'] }
const schema = 'countersign'
let pglite: PGlite

beforeAll(async () => {
  pglite = new PGlite()
  await migratePostgres({ pglite })
}, 120_000)
afterAll(() => pglite.close())

function onPGlite<Port>(
  part: (options: PostgresOptions) => PortSource<Port>,
): MakeHarness<OpenPort<Port>> {
  return async () => {
    const query = (text: string) => pglite.query<object>(text)
    return {
      lasting: true,
      open: () => part({ pglite }).open(CONTEXT),
      raw: () => rowsOf(query, schema),
      pass: (ms) => passTime(query, schema, ms),
      dispose: () => pglite.exec(emptied(schema)).then(() => {}),
    }
  }
}

feedContract('PGlite', onPGlite<Feed>(postgresFeed))
storeContract('PGlite', onPGlite<Store>(postgresStore))
auditContract('PGlite', onPGlite<AuditLog>(postgresAuditLog))
