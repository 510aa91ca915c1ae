// Who may do what in the database, and how its schema comes to be.
import { ConfigurationError } from '@countersign/core'
import {
  migratePostgres,
  type PostgresOptions,
  postgresAuditLog,
  postgresBackend,
  postgresFeed,
  postgresStore,
  verifyPostgresAudit,
} from '@countersign/postgres'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PrivateDatabase, startPrivateDatabase } from './private-database.ts'
import { decisions, sealRecords } from './seal-records.ts'

const CONTEXT = { secrets: ['a secret of the tests, long enough'] }
let database: PrivateDatabase
let owner: string
let app: string

beforeAll(async () => {
  database = await startPrivateDatabase()
  await database.admin.query('create role owner login; create role app login')
  await database.admin.query('grant create on database postgres to owner')
  owner = database.url.replace('test@', 'owner@')
  app = database.url.replace('test@', 'app@')
}, 60_000)
afterAll(() => database.stop())

describe('the app’s role', () => {
  const schema = 'with_roles'
  const options = () => ({ connectionString: app, schema })
  let pool: pg.Pool

  beforeAll(async () => {
    await migratePostgres({ connectionString: owner, schema, appRole: 'app' })
    pool = new pg.Pool({ connectionString: app, max: 1 })
  })
  afterAll(() => pool.end())

  it('is enough for all that an instance does', async () => {
    const feed = await postgresFeed(options()).open(CONTEXT)
    const data = { kind: 'session', subject: 's', session: 'x' } as const
    const event = { id: 'e1', at: 1, by: 'ann', why: 'a test', topic: 'revocation', data } as const
    expect(await feed.append(event)).toEqual({ ok: true, position: '1:1' })
    await feed.saveSnapshot('1:1', new Uint8Array([1]))
    await feed.close()
    const store = await postgresStore(options()).open(CONTEXT)
    expect(await store.write(['a', 'b', 'c'], 1, 'absent', 1_000)).toBe(true)
    expect((await store.addIfBelow(['a', 'b', 'n'], { n: 1 }, { n: 1 }, 1_000)).added).toBe(true)
    expect(await store.write(['a', 'b', 'c'], undefined, 'any')).toBe(true)
    await store.close()
    const audit = await postgresAuditLog(options()).open(CONTEXT)
    await audit.append('main', await sealRecords('main', decisions(3)))
    await audit.close()
    expect(await verifyPostgresAudit(options(), CONTEXT.secrets)).toMatchObject({ ok: true })
  })

  it.each([
    { does: 'change a record', statement: `update with_roles.audit_records set entry = '{}'` },
    { does: 'delete records', statement: 'delete from with_roles.audit_records' },
    { does: 'empty the log', statement: 'truncate with_roles.audit_records' },
    { does: 'drop the log', statement: 'drop table with_roles.audit_records' },
    {
      does: 'write a record by itself',
      statement: `insert into with_roles.audit_records
        values (current_date, 'main', 9, '', '', 1, null, null, '{}')`,
    },
    { does: 'move an end', statement: `update with_roles.audit_chains set seq = 0` },
    { does: 'move an end ahead', statement: `update with_roles.audit_chains set seq = seq + 1` },
    { does: 'delete an end', statement: 'delete from with_roles.audit_chains' },
    {
      does: 'write an event by itself',
      statement: 'insert into with_roles.feed_events values (1, 9)',
    },
    { does: 'take an event back', statement: 'delete from with_roles.feed_events' },
    { does: 'put the feed back', statement: 'update with_roles.feed_head set sequence = 0' },
    { does: 'put a snapshot in', statement: `update with_roles.feed_snapshot set state = ''` },
    {
      does: 'switch a trigger off',
      statement: 'alter table with_roles.audit_records disable trigger all',
    },
    { does: 'switch all triggers off', statement: 'set session_replication_role = replica' },
    { does: 'make a day', statement: `select with_roles.ensure_audit_day('1970-01-01')` },
    { does: 'make a table', statement: 'create table with_roles.mine ()' },
    {
      does: 'become the owner',
      statement: `alter table with_roles.audit_records owner to app`,
    },
  ])('cannot $does', async ({ statement }) => {
    await expect(pool.query(statement)).rejects.toMatchObject({ code: '42501' })
    expect(await verifyPostgresAudit(options(), CONTEXT.secrets)).toMatchObject({ ok: true })
  })

  it('puts nothing before a function that runs as the owner', async () => {
    const client = await pool.connect()
    try {
      await client.query(
        `create temporary table feed_head as select true as one, 7::bigint as generation, 7::bigint as sequence, 'x' as server`,
      )
      const { rows } = await client.query('select * from with_roles.read_feed(null, null, null)')
      expect(rows).toMatchObject([{ generation: '1', sequence: '1' }])
    } finally {
      client.release(true)
    }
  })

  it('another role may not even look', async () => {
    await database.admin.query('create role stranger login')
    const url = database.url.replace('test@', 'stranger@')
    const opening = postgresFeed({ connectionString: url, schema }).open(CONTEXT)
    await expect(opening).rejects.toMatchObject({
      code: 'schema_forbidden',
      message: expect.stringContaining('--app-role'),
    })
    const stranger = new pg.Client({ connectionString: url })
    await stranger.connect()
    await expect(
      stranger.query('select * from with_roles.read_feed(null, null, null)'),
    ).rejects.toMatchObject({ code: '42501' })
    await stranger.end()
  })
})

describe('migrating', () => {
  it('makes the schema once, whoever else does it at the time', async () => {
    const schema = 'at_once'
    const all = await Promise.all(
      Array.from({ length: 5 }, () => migratePostgres({ connectionString: owner, schema })),
    )
    expect(all.map(({ from, to }) => `${from} to ${to}`).sort()).toEqual([
      '0 to 1',
      '1 to 1',
      '1 to 1',
      '1 to 1',
      '1 to 1',
    ])
    const { rows } = await database.admin.query(`select version from ${schema}.schema_versions`)
    expect(rows).toEqual([{ version: 1 }])
  })

  it('keeps what is there when it is run again', async () => {
    const options = { connectionString: owner, schema: 'run_again' }
    await migratePostgres(options)
    const audit = await postgresAuditLog(options).open(CONTEXT)
    await audit.append('main', await sealRecords('main', decisions(2)))
    await migratePostgres({ ...options, appRole: 'app' })
    expect((await audit.head('main'))?.seq).toBe(2)
    await audit.close()
  })

  it('leaves nothing behind where it fails', async () => {
    const migrating = migratePostgres({
      ...{ connectionString: owner, schema: 'half_done', appRole: 'nobody-there' },
    })
    await expect(migrating).rejects.toMatchObject({
      code: 'role_missing',
      message: expect.stringContaining('create role'),
    })
    const { rows } = await database.admin.query(`select to_regnamespace('half_done') as there`)
    expect(rows).toEqual([{ there: null }])
  })

  it.each([
    { name: 'none', change: 'drop schema other_versions cascade', code: 'schema_missing' },
    {
      name: 'an older one',
      change: 'update other_versions.schema_versions set version = 0',
      code: 'schema_missing',
    },
    {
      name: 'a newer one',
      change: 'update other_versions.schema_versions set version = 99',
      code: 'schema_newer',
    },
  ])('an app that finds $name says so, and what to do', async ({ change, code }) => {
    const options = { connectionString: owner, schema: 'other_versions' }
    await database.admin.query('drop schema if exists other_versions cascade')
    await migratePostgres(options)
    await database.admin.query(change)
    for (const part of [postgresFeed, postgresStore, postgresAuditLog]) {
      const error = await part(options)
        .open(CONTEXT)
        .catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(ConfigurationError)
      expect(error).toMatchObject({ code })
    }
    if (code === 'schema_newer')
      await expect(migratePostgres(options)).rejects.toMatchObject({ code })
  })

  it('is done at the opening only where it is asked for', async () => {
    const options: PostgresOptions = { connectionString: owner, schema: 'by_itself' }
    await expect(postgresBackend(options).open(CONTEXT)).rejects.toMatchObject({
      code: 'schema_missing',
      message: expect.stringContaining('countersign migrate'),
    })
    const backend = await postgresBackend({ ...options, migrate: true }).open(CONTEXT)
    expect((await backend.audit.head('main')) ?? 'none').toBe('none')
    await backend.close()
  })
})

describe('options', () => {
  const url = 'postgres://shop:hush@db.example/shop'
  it.each([
    { options: {}, code: 'database_unclear', told: 'is the variable set?' },
    { options: { connectionString: undefined }, code: 'database_unclear', told: 'none' },
    { options: { connectionString: url, pool: {} }, code: 'database_unclear', told: 'and pool' },
    {
      options: { connectionString: 'db.example:hush' },
      code: 'connection_string_malformed',
      told: 'postgres://',
    },
    {
      options: { conectionString: url },
      code: 'option_unknown',
      told: 'Did you mean connectionString?',
    },
    {
      options: { connectionString: url, schema: 'Mine; --' },
      code: 'schema_malformed',
      told: 'lower-case',
    },
    {
      options: { connectionString: url, migrate: 'yes' },
      code: 'migrate_malformed',
      told: 'true or false',
    },
    { options: { pool: 'hush' }, code: 'pool_malformed', told: 'host' },
    { options: { pglite: {} }, code: 'pglite_malformed', told: 'new PGlite' },
    { options: 'hush', code: 'options_malformed', told: 'connectionString' },
  ])('$code: $told', ({ options, code, told }) => {
    let error: unknown
    try {
      postgresBackend(options as PostgresOptions)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({ code, message: expect.stringContaining(told) })
    if (code !== 'options_malformed' && code !== 'pool_malformed')
      expect(String(error)).not.toContain('hush')
  })

  it('connects to nothing before it is opened, and shows no password in its key', () => {
    const { key } = postgresBackend({ connectionString: url })
    expect(key).not.toMatch(/hush|db\.example/)
    expect(key).toBe(postgresBackend({ connectionString: url }).key)
    expect(key).not.toBe(postgresBackend({ connectionString: url, schema: 'other' }).key)
  })

  it('refuses to open without a secret', async () => {
    const opening = postgresBackend({ connectionString: url }).open({ secrets: [] })
    await expect(opening).rejects.toMatchObject({ code: 'secret_missing' })
  })
})

it('a record is durable also where the server’s default is not', async () => {
  const schema = await database.freshSchema()
  const client = await database.admin.connect()
  try {
    await client.query('begin; set local synchronous_commit = off')
    await client.query(
      `select ${schema}.append_audit('main', 1, 0, repeat('0', 64), array['h'], array[1], array[null], array[null], array['{}'], 'm')`,
    )
    const { rows } = await client.query('show synchronous_commit')
    expect(rows).toEqual([{ synchronous_commit: 'on' }])
  } finally {
    await client.query('rollback')
    client.release()
  }
})
