// A private server, and for each test a schema of its own on it. Rows are read and time is passed behind the backend's
// back, over a connection of the tests.
import { migratePostgres } from '@countersign/postgres'
import pg from 'pg'
import { type Running, startPostgres } from '../../../test/support/servers.ts'

export interface PrivateDatabase {
  readonly url: string
  readonly server: Running
  readonly admin: pg.Pool
  /** An empty schema, as `countersign migrate` makes it. */
  freshSchema(): Promise<string>
  /** Empties it, for the next test that wants one. */
  giveBack(schema: string): Promise<void>
  stop(): Promise<void>
}

let made = 0

export async function startPrivateDatabase(): Promise<PrivateDatabase> {
  const server = await startPostgres()
  const url = `postgres://test@127.0.0.1:${server.port}/postgres`
  const admin = new pg.Pool({ connectionString: url, max: 4 })
  admin.on('error', () => {})
  const free: string[] = []
  return {
    url,
    server,
    admin,
    async freshSchema() {
      const known = free.pop()
      if (known !== undefined) return known
      made += 1
      const schema = `fresh_${made}`
      await migratePostgres({ connectionString: url, schema })
      return schema
    },
    async giveBack(schema) {
      await admin.query(emptied(schema))
      free.push(schema)
    },
    async stop() {
      await admin.end()
      await server.stop()
    },
  }
}

export type AsText = (text: string) => Promise<{ rows: object[] }>

/** All that the tables hold, as text. */
export async function rowsOf(query: AsText, schema: string): Promise<string> {
  const tables = ['feed_events', 'feed_head', 'store_entries', 'audit_records', 'audit_chains']
  let text = ''
  for (const table of tables)
    text += JSON.stringify((await query(`select * from ${schema}.${table}`)).rows)
  return text
}

/** Puts the store's clock ahead, for good: as many milliseconds have passed for it. */
export async function passTime(query: AsText, schema: string, ms: number): Promise<void> {
  await query(`create table if not exists ${schema}.passed (ms bigint)`)
  await query(`insert into ${schema}.passed values (${ms})`)
  await query(
    `create or replace function ${schema}.store_now() returns bigint
     language sql volatile security definer as $$ select
       (extract(epoch from clock_timestamp()) * 1000)::bigint
       + coalesce((select sum(ms) from ${schema}.passed), 0)::bigint $$`,
  )
}

/** As an administrator may, who switches triggers off: much faster than to make a schema anew. */
export function emptied(schema: string): string {
  return `begin; set local session_replication_role = replica; set local search_path to ${schema};
    create table if not exists passed (ms bigint);
    truncate feed_events, feed_topics, store_entries, audit_records, audit_chains, passed;
    update feed_head set generation = 1, sequence = 0;
    update feed_snapshot set generation = 1, sequence = 0, state = ''; commit`
}
