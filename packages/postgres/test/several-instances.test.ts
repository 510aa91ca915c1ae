// Several instances on one database: what one of them is told holds on all, each keeps its own chain, and what breaks
// mends itself.
import {
  type AuditRecord,
  combineBackend,
  memoryFeed,
  memoryStore,
  type OpenBackend,
} from '@countersign/core'
import {
  postgresAuditLog,
  postgresBackend,
  postgresStore,
  verifyPostgresAudit,
} from '@countersign/postgres'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { openPool } from '../src/open-pool.ts'
import { deleteExpired } from '../src/store/start-cleanup.ts'
import { type PrivateDatabase, startPrivateDatabase } from './private-database.ts'
import { decisions, sealRecords } from './seal-records.ts'

const CONTEXT = { secrets: ['a secret of the tests, long enough'] }
let database: PrivateDatabase
beforeAll(async () => {
  database = await startPrivateDatabase()
}, 60_000)
afterAll(() => database.stop())

const until = <T>(assertion: () => T | Promise<T>) =>
  vi.waitFor(assertion, { timeout: 30_000, interval: 50 })

it('what is appended on one is heard by another at once, and not at its next look', async () => {
  const schema = await database.freshSchema()
  const [one, two] = await Promise.all(
    [1, 2].map(() => postgresBackend({ connectionString: database.url, schema }).open(CONTEXT)),
  )
  const { feed } = one as OpenBackend
  const stop = new AbortController()
  const heard: string[] = []
  const following = (async () => {
    // at its own next look it would hear it after ten minutes
    for await (const { events } of (two as OpenBackend).feed.follow(
      undefined,
      600_000,
      stop.signal,
    ))
      heard.push(...events.map(({ event }) => event.id))
  })()
  const data = { kind: 'session', subject: 's', session: 'x' } as const
  // until it listens: the first look may have come before
  for (let count = 1; !heard.includes('e3'); count++) {
    const id = `e${count}`
    await feed.append({ id, at: 1, by: 'ann', why: 'a test', topic: 'revocation', data })
    await until(() => expect(heard).toContain(id))
  }
  stop.abort()
  await following
  await (one as OpenBackend).close()
  await (two as OpenBackend).close()
})

it('an allowance is spent once, by 50 at the same time on 4 instances', async () => {
  const schema = await database.freshSchema()
  const stores = await Promise.all(
    [1, 2, 3, 4].map(() => postgresStore({ connectionString: database.url, schema }).open(CONTEXT)),
  )
  const all = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      stores[index % 4]?.addIfBelow(['allowance', 'alice', 'a'], { n: 1 }, { n: 7 }, 60_000),
    ),
  )
  expect(all.filter((one) => one?.added)).toHaveLength(7)
  const used = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      stores[index % 4]?.write(['ticket', 'alice', 't'], true, 'absent', 60_000),
    ),
  )
  expect(used.filter(Boolean)).toHaveLength(1)
  await Promise.all(stores.map((store) => store.close()))
})

it('guards may keep the log here and the rest elsewhere, each in a chain of its own', async () => {
  const schema = await database.freshSchema()
  const audit = postgresAuditLog({ connectionString: database.url, schema })
  const elsewhere = (name: string) => {
    const feed = { key: `${name} feed`, open: async () => memoryFeed() }
    const store = { key: `${name} store`, open: async () => memoryStore() }
    return combineBackend({ feed, store, audit })
  }
  for (const name of ['one', 'two']) {
    const opened = await elsewhere(name).open(CONTEXT)
    const chain = opened.audit.chain as string
    await opened.audit.append(chain, await sealRecords(chain, decisions(2, name)))
    await opened.close()
  }
  const { ok, chains } = await verifyPostgresAudit(
    { connectionString: database.url, schema },
    CONTEXT.secrets,
  )
  expect([ok, chains.map(({ records }) => records)]).toEqual([true, [2, 2]])
})

it('a long log is read a page at a time, by its indexes', async () => {
  const schema = await database.freshSchema()
  const audit = await postgresAuditLog({ connectionString: database.url, schema }).open(CONTEXT)
  for (const chain of ['one', 'two'])
    await audit.append(
      chain,
      await sealRecords(chain, [...decisions(900), ...decisions(900, 'bob')]),
    )
  const read = async (query: object) => {
    const records: AuditRecord[] = []
    for await (const record of audit.read(query)) records.push(record)
    return records
  }
  const all = await read({})
  expect(all.map(({ chain, seq }) => `${chain} ${seq}`)).toEqual(
    ['one', 'two'].flatMap((chain) => Array.from({ length: 1800 }, (_, n) => `${chain} ${n + 1}`)),
  )
  expect(await read({ subject: 'bob', chain: 'two' })).toHaveLength(900)
  await database.admin.query(`analyze ${schema}.audit_records`)
  const { rows } = await database.admin.query(
    `explain select * from ${schema}.audit_records where decision = 'd7' and (chain, seq) > ('', 0) order by chain, seq limit 500`,
  )
  expect(JSON.stringify(rows)).toMatch(/decision_idx/)
  await audit.close()
})

it('a connection that the server ends is replaced, and nobody is told an error', async () => {
  const schema = await database.freshSchema()
  const store = await postgresStore({ connectionString: database.url, schema }).open(CONTEXT)
  await store.write(['a', 'b', 'c'], 1, 'any')
  await database.admin.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'countersign'`,
  )
  await until(async () => expect((await store.read(['a', 'b', 'c']))?.value).toBe(1))
  await store.close()
})

it('what waits for a slow server is bounded, and is refused in time', async () => {
  const sql = openPool({
    schema: 'x',
    config: { connectionString: database.url },
    max: 1,
    patienceMs: 1_000,
  })
  const slow = Array.from({ length: 2_500 }, () => sql.query('select pg_sleep(30)'))
  const results = await Promise.allSettled(slow)
  const reasons = results.map((one) => (one.status === 'rejected' ? String(one.reason) : 'done'))
  expect(reasons).not.toContain('done')
  expect(reasons.filter((one) => one.includes('too slow')).length).toBeGreaterThan(400)
  expect(await sql.query('select 1 as one')).toEqual([{ one: 1 }])
  await sql.close()
})

it('what is over is taken away, a few rows at a time', async () => {
  const schema = await database.freshSchema()
  const store = await postgresStore({ connectionString: database.url, schema }).open(CONTEXT)
  await Promise.all(
    Array.from({ length: 25 }, (_, index) => store.write(['a', 'b', `over${index}`], 1, 'any', 1)),
  )
  await store.write(['a', 'b', 'later'], 1, 'any', 600_000)
  await store.write(['a', 'b', 'for good'], 1, 'any')
  await until(async () => {
    const listed: string[] = []
    for await (const { key } of store.list('a', 'b')) listed.push(key[2])
    expect(listed.sort()).toEqual(['for good', 'later'])
  })
  const sql = openPool({ schema, config: { connectionString: database.url }, max: 1 })
  expect(await deleteExpired(sql, 10)).toBe(10)
  expect(await deleteExpired(sql, 100)).toBe(15)
  expect(await deleteExpired(sql, 100)).toBe(0)
  await sql.close()
  const { rows } = await database.admin.query(`select id from ${schema}.store_entries order by id`)
  expect(rows).toEqual([{ id: 'for good' }, { id: 'later' }])
  await store.close()
})
