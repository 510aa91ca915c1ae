// The operator's commands on a database that instances share: what loosens is signed, and a running instance hears of it.
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGuardCore, type OperatorPrivateKey, publicPartOf } from '@countersign/core'
import { nodePlatform } from '@countersign/node'
import { migratePostgres, postgresBackend } from '@countersign/postgres'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type PrivateDatabase, startPrivateDatabase } from '../../postgres/test/private-database.ts'
import { type Ran, runCli } from './run-cli.ts'
import { SHOP } from './shop-policy.ts'

const SECRET = 'a secret of the tests, long enough'
const ENV = { COUNTERSIGN_SECRET: SECRET }
let database: PrivateDatabase
let dir: string
let key: OperatorPrivateKey
beforeAll(async () => {
  database = await startPrivateDatabase()
  dir = await mkdtemp(join(tmpdir(), 'countersign-cli-shared-'))
  await writeFile(join(dir, 'shop.yaml'), SHOP)
  key = await makeKey('key.jwk')
  await makeKey('other.jwk')
  await makeKey('open.jwk')
  await chmod(join(dir, 'open.jwk'), 0o644)
  await runCli(dir, ['init'])
}, 60_000)
afterAll(async () => {
  await database.stop()
  await rm(dir, { recursive: true, force: true })
})

async function makeKey(file: string): Promise<OperatorPrivateKey> {
  const usages = ['sign', 'verify'] as const
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, usages)
  const { kty = '', crv, x, y, d = '' } = await crypto.subtle.exportKey('jwk', pair.privateKey)
  await writeFile(join(dir, file), JSON.stringify({ kty, crv, x, y, d }), { mode: 0o600 })
  return { kty, crv, x, y, d }
}

/** A schema, an instance of the app on it, and the command beside it. */
async function sharedApp() {
  const schema = `cli_${crypto.randomUUID().slice(0, 8)}`
  const place = { connectionString: database.url, schema }
  await migratePostgres(place)
  const guard = createGuardCore(
    {
      ...{ secret: SECRET, operatorKeys: [publicPartOf(key)], backend: postgresBackend(place) },
      identity: () => undefined,
      logger: { info() {}, warn() {}, error() {} },
    },
    nodePlatform,
  )
  const opening = guard.ready().catch(() => {})
  const command = (...line: string[]): Promise<Ran> =>
    runCli(dir, [...line, '--postgres', database.url, '--schema', schema], { env: ENV })
  return { guard, opening, command }
}

const until = (assertion: () => unknown) => vi.waitFor(assertion, { timeout: 20_000, interval: 50 })

describe('with --postgres', () => {
  it('puts policies in force and takes them back with a key, and a running instance decides by them', async () => {
    const { guard, command, opening } = await sharedApp()
    const first = await command('activate', 'shop.yaml', '--why', 'first', '--key', 'key.jwk')
    expect(first).toMatchObject({ exit: 0, err: '' })
    expect(first.out).toContain('In force: shop')
    expect(first.out).toContain('Every running instance decides by it')
    await opening
    await until(() => expect(guard.health().revision).toMatch(/^[0-9a-f]{64}$/))
    const before = guard.health().revision
    const why = ['--why', 'w', '--key', 'key.jwk', '--json']
    const second = await command('activate', 'countersign.policy.yaml', ...why)
    expect(JSON.parse(second.out)).toMatchObject({ via: 'backend', activation: '1:2', by: 'ann' })
    await until(() => expect(guard.health().revision).not.toBe(before))
    expect((await command('rollback', '--why', 'worse', '--key', 'key.jwk')).exit).toBe(0)
    await until(() => expect(guard.health().revision).toBe(before))
    const { activations } = JSON.parse((await command('history', '--json')).out)
    expect(activations.map((one: { activation: string }) => one.activation)).toEqual([
      ...['1:3', '1:2', '1:1'],
    ])
    await guard.close()
  })

  it('suspends, recalls and revokes without a key, and resumes with one', async () => {
    const { guard, command, opening } = await sharedApp()
    await command('activate', 'shop.yaml', '--why', 'first', '--key', 'key.jwk')
    await opening
    const suspended = () => guard.health().suspended.map(({ target }) => target)
    expect((await command('suspend', 'opt-outs', '--why', 'incident')).exit).toBe(0)
    await until(() => expect(suspended()).toEqual(['opt-outs']))
    expect(await command('resume', 'opt-outs', '--why', 'over')).toMatchObject({
      exit: 3,
      err: expect.stringContaining('Write --key <file>'),
    })
    const other = ['resume', 'opt-outs', '--why', 'over', '--key', 'other.jwk']
    expect(await command(...other)).toMatchObject({
      exit: 3,
      err: expect.stringContaining('not among the operatorKeys'),
    })
    expect(suspended()).toEqual(['opt-outs'])
    const { exit } = await command('resume', 'opt-outs', '--why', 'over', '--key', 'key.jwk')
    expect(exit).toBe(0)
    await until(() => expect(suspended()).toEqual([]))
    expect((await command('recall', '1:1', '--why', 'too wide')).exit).toBe(0)
    expect((await command('devices', 'list', 'alice')).out).toContain('no remembered device')
    expect((await command('devices', 'revoke', 'alice', 'x', '--why', 'lost')).exit).toBe(0)
    expect((await command('history')).out).toMatch(/1:1 .* activate, recalled/)
    await guard.close()
  })

  it('reads the log of all instances: tail by time, check, replay, compare and verify', async () => {
    const { guard, command, opening } = await sharedApp()
    await command('activate', 'shop.yaml', '--why', 'first', '--key', 'key.jwk')
    await opening
    await command('suspend', 'opt-outs', '--why', 'second')
    await command('suspend', 'opt-outs', '--why', 'third')
    const tail = await command('audit', 'tail', '-n', '2', '--json')
    const lines = tail.out.trim().split('\n')
    const records = lines.map((line) => JSON.parse(line) as { chain: string; entry: object })
    expect(records.map(({ entry }) => entry)).toMatchObject([{ why: 'second' }, { why: 'third' }])
    // each command was an instance of its own
    expect(new Set(records.map(({ chain }) => chain)).size).toBe(2)
    expect(await command('audit', 'check')).toMatchObject({ exit: 0 })
    expect(await command('replay', 'shop.yaml')).toMatchObject({ exit: 0 })
    expect(await command('compare', 'live', 'shop.yaml')).toMatchObject({ exit: 0 })
    expect((await command('audit', 'verify')).out).toContain('The audit log is whole.')
    expect(await command('explain', crypto.randomUUID())).toMatchObject({
      exit: 1,
      err: expect.stringContaining('postgres://127.0.0.1'),
    })
    await guard.close()
  })

  it.each([
    {
      name: 'without the secret',
      line: ['history'],
      env: {},
      exit: 2,
      told: 'Set COUNTERSIGN_SECRET',
    },
    {
      name: 'with a data directory as well',
      line: ['history', '--data', 'x'],
      env: ENV,
      exit: 2,
      told: 'name two places',
    },
    {
      name: 'with a key that others may read',
      line: ['resume', 'opt-outs', '--why', 'w', '--key', 'open.jwk'],
      env: ENV,
      exit: 4,
      told: 'chmod 600',
    },
    {
      name: 'with a file that is no key',
      line: ['resume', 'opt-outs', '--why', 'w', '--key', 'countersign.policy.yaml'],
      env: ENV,
      exit: 4,
      told: 'chmod 600',
    },
    {
      name: 'where no schema was made',
      line: ['history', '--schema', 'not_there'],
      env: ENV,
      exit: 4,
      told: 'countersign migrate',
    },
  ])('is refused $name', async ({ line, env, exit, told }) => {
    const ran = await runCli(dir, [...line, '--postgres', database.url], { env })
    expect([ran.exit, ran.out]).toEqual([exit, ''])
    expect(ran.err).toContain(told)
  })

  it('says that the database cannot be reached, and never with its password', async () => {
    const url = 'postgres://shop:hunter2@127.0.0.1:1/shop'
    const ran = await runCli(dir, ['history', '--postgres', url], { env: ENV })
    expect([ran.exit, ran.out]).toEqual([4, ''])
    expect(ran.err).toContain('ECONNREFUSED')
    expect(ran.err).not.toContain('hunter2')
  })
})
