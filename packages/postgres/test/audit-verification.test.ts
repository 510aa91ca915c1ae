// Whoever changes the log in PostgreSQL is found out, the owner of the tables and the administrator too.
import { readFile } from 'node:fs/promises'
import type { AuditLog, AuditProblem } from '@countersign/core'
import { dropAuditBefore, postgresAuditLog, verifyPostgresAudit } from '@countersign/postgres'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type PrivateDatabase, startPrivateDatabase } from './private-database.ts'
import { decisions, sealRecords } from './seal-records.ts'

const SECRET = 'a secret of the tests, long enough'
let database: PrivateDatabase
let schema: string
let audit: AuditLog

beforeAll(async () => {
  database = await startPrivateDatabase()
}, 60_000)
afterAll(() => database.stop())

beforeEach(async () => {
  schema = await database.freshSchema()
  audit = await postgresAuditLog(options()).open({ secrets: [SECRET] })
  for (const chain of ['one', 'two', 'three'])
    await audit.append(chain, await sealRecords(chain, decisions(5)))
})
afterEach(async () => {
  await audit.close()
  await database.giveBack(schema)
})

const options = () => ({ connectionString: database.url, schema })
const verify = (secrets: string[] = [SECRET]) => verifyPostgresAudit(options(), secrets)

/** As an administrator who switches the triggers off. */
async function tamper(statement: string): Promise<void> {
  await database.admin.query(
    `begin; set local session_replication_role = replica; set local search_path to ${schema};
     ${statement}; commit`,
  )
}

async function problems(secrets?: string[]): Promise<Pick<AuditProblem, 'chain' | 'kind'>[]> {
  const { ok, chains } = await verify(secrets)
  const found = chains.flatMap((one) => one.problems)
  expect(ok).toBe(found.length === 0)
  return found.map(({ chain, kind }) => ({ chain, kind }))
}

describe('verifying', () => {
  it('finds a log that is as it was written, and its ends', async () => {
    const { ok, chains, gone } = await verify()
    expect({ ok, gone }).toEqual({ ok: true, gone: false })
    expect(chains.map(({ chain, records, endIs }) => [chain, records, endIs])).toEqual([
      ['one', 5, 'verified'],
      ['two', 5, 'verified'],
      ['three', 5, 'verified'],
    ])
  })

  it('says that ends were not checked where there is no secret', async () => {
    const { ok, chains } = await verify([])
    expect([ok, ...chains.map(({ endIs }) => endIs)]).toEqual([
      true,
      'not_checked',
      'not_checked',
      'not_checked',
    ])
  })

  it.each([
    {
      name: 'a record that was changed',
      statement: `update audit_records set entry = replace(entry, 'alice', 'mallo') where chain = 'two' and seq = 3`,
      kinds: ['changed', 'copy_changed'],
    },
    {
      name: 'an entry that is no JSON any more',
      statement: `update audit_records set entry = 'gone' where chain = 'two' and seq = 3`,
      kinds: ['changed', 'copy_changed'],
    },
    {
      name: 'a record that was hidden from searches',
      statement: `update audit_records set subject = 'bob' where chain = 'two' and seq = 3`,
      kinds: ['copy_changed'],
    },
    {
      name: 'a record that was removed',
      statement: `delete from audit_records where chain = 'two' and seq = 3`,
      kinds: ['missing'],
    },
    {
      name: 'a record that was put into another chain',
      statement: `update audit_records set chain = 'two', seq = 6 where chain = 'three' and seq = 5`,
      kinds: ['unlinked', 'changed', 'truncated'],
    },
    {
      name: 'a tail that was cut off',
      statement: `delete from audit_records where chain = 'two' and seq > 3`,
      kinds: ['truncated'],
    },
    {
      name: 'a tail that was cut off, and the end with it',
      statement: `delete from audit_records where chain = 'two' and seq > 3;
        update audit_chains set seq = 3, hash = (select hash from audit_records r
          where r.chain = 'two' and r.seq = 3) where chain = 'two'`,
      kinds: ['end_unverified'],
    },
    {
      name: 'records that were removed as if their day had been dropped',
      statement: `update audit_chains set kept_after_seq = 2, kept_after_hash = (select hash from audit_records r
          where r.chain = 'two' and r.seq = 2) where chain = 'two';
        delete from audit_records where chain = 'two' and seq <= 2`,
      kinds: ['end_unverified'],
    },
    {
      name: 'an end that was removed',
      statement: `delete from audit_chains where chain = 'two'`,
      kinds: ['end_missing', 'chain_missing'],
    },
    {
      name: 'a chain that was removed whole',
      statement: `delete from audit_records where chain = 'two'; delete from audit_chains where chain = 'two'`,
      kinds: ['chain_missing'],
    },
    {
      name: 'ends that changed places',
      statement: `update audit_chains set mac = (select mac from audit_chains where chain = 'one') where chain = 'two'`,
      kinds: ['end_unverified'],
    },
  ])('finds $name', async ({ statement, kinds }) => {
    await tamper(statement)
    const found = (await problems()).map(({ kind }) => kind)
    expect(found.sort()).toEqual([...kinds].sort())
  })

  it('finds ends that another secret made, and takes an older one for its own', async () => {
    expect((await problems(['another secret of the tests'])).map(({ kind }) => kind)).toEqual([
      'end_unverified',
      'end_unverified',
      'end_unverified',
    ])
    expect(await problems(['a new secret of the tests', SECRET])).toEqual([])
  })

  it('finds a log that is gone whole, where the feed holds changes', async () => {
    await tamper(
      `delete from audit_records; delete from audit_chains; insert into feed_topics values ('policy', 1, 1)`,
    )
    expect(await verify()).toEqual({ ok: false, chains: [], gone: true })
  })
})

describe('append-only', () => {
  it.each([
    { statement: `update audit_records set entry = '{}'` },
    { statement: 'delete from audit_records' },
    { statement: 'truncate audit_records' },
    { statement: 'delete from audit_chains' },
    { statement: 'truncate audit_chains' },
    { statement: `update audit_chains set seq = seq - 1` },
    { statement: `update audit_chains set hash = repeat('1', 64)` },
    { statement: `update audit_chains set chain = chain || 'x'` },
  ])('refuses the owner too: $statement', async ({ statement }) => {
    const done = database.admin.query(`set search_path to ${schema}; ${statement}`)
    await expect(done).rejects.toMatchObject({ code: '42501' })
    expect(await problems()).toEqual([])
  })

  it('refuses to empty or to change a single day', async () => {
    const { rows } = await database.admin.query(
      `select inhrelid::regclass::text as part from pg_inherits where inhparent = '${schema}.audit_records'::regclass`,
    )
    expect(rows).toHaveLength(3)
    for (const { part } of rows) {
      await expect(database.admin.query(`truncate ${part}`)).rejects.toThrow('append-only')
      const changed = database.admin.query(`delete from ${part} returning 1`)
      await changed.then(
        ({ rowCount }) => expect(rowCount).toBe(0),
        (error) => expect(String(error)).toContain('append-only'),
      )
    }
    expect(await problems()).toEqual([])
  })

  it('keeps a batch once, and none that does not follow', async () => {
    const head = await audit.head('one')
    const batch = await sealRecords('one', decisions(2, 'bob'), head)
    await audit.append('one', batch)
    // the answer may have been lost: sent again it is the same batch
    await audit.append('one', batch)
    expect((await audit.head('one'))?.seq).toBe(7)
    const other = await sealRecords('one', decisions(2, 'carol'), head)
    await expect(audit.append('one', other)).rejects.toThrow('does not follow')
    await expect(audit.append('four', other)).rejects.toThrow('does not follow')
    expect(await problems()).toEqual([])
  })

  it('instances that begin at the same moment each have a number', async () => {
    const logs = await Promise.all(
      Array.from({ length: 6 }, () => postgresAuditLog(options()).open({ secrets: [SECRET] })),
    )
    expect(new Set(logs.map(({ chain }) => chain)).size).toBe(6)
    await Promise.all(
      logs.map(async (log) => {
        const chain = log.chain as string
        await log.append(chain, await sealRecords(chain, decisions(3)))
      }),
    )
    await Promise.all(logs.map((log) => log.close()))
    expect((await verify()).chains).toHaveLength(9)
    expect(await problems()).toEqual([])
  })
})

describe('dropping days', () => {
  const DAY_MS = 86_400_000
  const day = (ago: number) => new Date(Date.now() - ago * DAY_MS).toISOString().slice(0, 10)

  /** The records so far were kept some days ago: a new day is made for them. */
  async function age(ago: number): Promise<void> {
    await database.admin.query(
      `set search_path to ${schema}; select ensure_audit_day('${day(ago)}')`,
    )
    await tamper(
      `update audit_records set recorded_on = '${day(ago)}'; update audit_chains set recorded_on = '${day(ago)}'`,
    )
  }

  it('drops what is older, goes on from there, and verifies', async () => {
    await age(3)
    await audit.append('one', await sealRecords('one', decisions(2), await audit.head('one')))
    const dropped = await dropAuditBefore(options(), { before: day(1), secrets: [SECRET] })
    expect(dropped).toEqual({ days: [day(3)] })
    expect(await problems()).toEqual([])
    const { chains } = await verify()
    expect(chains.map(({ chain, records }) => [chain, records])).toEqual([
      ['one', 2],
      ['two', 0],
      ['three', 0],
    ])
    await audit.append('two', await sealRecords('two', decisions(1), await audit.head('two')))
    expect(await problems()).toEqual([])
    const again = await dropAuditBefore(options(), { before: day(1), secrets: [SECRET] })
    expect(again).toEqual({ days: [] })
  })

  it('what is removed after that is still found', async () => {
    await age(3)
    await audit.append('one', await sealRecords('one', decisions(3), await audit.head('one')))
    await dropAuditBefore(options(), { before: day(1), secrets: [SECRET] })
    await tamper(`delete from audit_records where chain = 'one' and seq = 6`)
    expect(await problems()).toEqual([{ chain: 'one', kind: 'missing' }])
  })

  it.each([{ before: '2999-01-01' }, { before: '2026-02-30' }, { before: 'yesterday' }])(
    'refuses the day $before',
    async ({ before }) => {
      const done = dropAuditBefore(options(), { before, secrets: [SECRET] })
      await expect(done).rejects.toMatchObject({ code: 'before_malformed' })
      expect((await verify()).chains[0]?.records).toBe(5)
    },
  )

  it('refuses without the secret', async () => {
    const done = dropAuditBefore(options(), { before: day(1), secrets: [] })
    await expect(done).rejects.toMatchObject({ code: 'secret_missing' })
  })
})

it('no two migrations have one version, and none is empty', async () => {
  const source = await readFile(new URL('../src/migrations/migrations.ts', import.meta.url), 'utf8')
  const versions = [...source.matchAll(/version: (\d+)/g)].map(([, version]) => Number(version))
  expect(versions).toEqual(versions.map((_, index) => index + 1))
})
