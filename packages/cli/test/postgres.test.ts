// The commands for a database that instances share, on a private server.
import { migratePostgres, postgresAuditLog } from '@countersign/postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PrivateDatabase, startPrivateDatabase } from '../../postgres/test/private-database.ts'
import { decisions, sealRecords } from '../../postgres/test/seal-records.ts'
import { runCli } from './run-cli.ts'

const SECRET = 'a secret of the tests, long enough'
let database: PrivateDatabase
beforeAll(async () => {
  database = await startPrivateDatabase()
}, 60_000)
afterAll(() => database.stop())

const cli = (line: string[], env: Record<string, string> = {}) =>
  runCli(process.cwd(), [...line, '--postgres', database.url], { env })

describe('migrate', () => {
  it('makes the schema, and says so; a second time there is nothing to do', async () => {
    const line = ['migrate', '--schema', 'by_command']
    expect(await cli(line)).toEqual({
      exit: 0,
      out: 'The schema by_command went from version 0 to 1.\n',
      err: '',
    })
    expect((await cli(line)).out).toBe('The schema by_command was at version 1 already.\n')
    const { out } = await cli([...line, '--json'])
    expect(JSON.parse(out)).toEqual({ schema: 'by_command', from: 1, to: 1 })
  })

  it.each([
    { name: 'a role that is not there', line: ['--app-role', 'nobody-there'], told: 'create role' },
    { name: 'a name that is none', line: ['--schema', 'Mine'], told: 'lower-case' },
  ])('refuses $name', async ({ line, told }) => {
    const { exit, out, err } = await cli(['migrate', ...line])
    expect([exit, out]).toEqual([4, ''])
    expect(err).toContain(told)
  })

  it('says what the database says where it cannot be reached', async () => {
    const url = database.url.replace(/:\d+\//, ':1/')
    const { exit, err } = await runCli(process.cwd(), ['migrate', '--postgres', url])
    expect(exit).toBe(4)
    expect(err).toContain('ECONNREFUSED')
  })
})

describe('audit verify and audit drop', () => {
  it('find the log whole, drop a day, and find what was cut', async () => {
    const place = { connectionString: database.url, schema: 'verified' }
    await migratePostgres(place)
    const audit = await postgresAuditLog(place).open({ secrets: [SECRET] })
    await audit.append('one', await sealRecords('one', decisions(3)))
    await audit.close()
    const env = { COUNTERSIGN_SECRET: SECRET }
    const verify = ['audit', 'verify', '--schema', 'verified']

    expect(await cli(verify, env)).toMatchObject({
      exit: 0,
      out: expect.stringContaining('The audit log is whole.'),
    })
    expect((await cli(verify)).out).toContain('was not checked')

    const before = new Date().toISOString().slice(0, 10)
    const drop = ['audit', 'drop', '--schema', 'verified', '--before', before]
    expect(await cli(drop, env)).toMatchObject({ exit: 0, out: 'Dropped 0 days.\n' })
    expect(await cli(drop)).toMatchObject({
      exit: 4,
      err: expect.stringContaining('COUNTERSIGN_SECRET'),
    })

    await database.admin.query(
      `begin; set local session_replication_role = replica;
       delete from verified.audit_records where seq = 3; commit`,
    )
    expect(await cli(verify, env)).toMatchObject({
      exit: 1,
      out: expect.stringContaining('record 3: truncated'),
    })
  })

  it('say what is missing where nothing was made', async () => {
    const { exit, err } = await cli(['audit', 'verify', '--schema', 'not_there'])
    expect(exit).toBe(4)
    expect(err).toContain('countersign migrate')
  })
})
