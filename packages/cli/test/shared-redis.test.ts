// The operator's commands where feed and store are in Redis and the log is in PostgreSQL, with keys that the command made.
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGuardCore } from '@countersign/core'
import { nodePlatform } from '@countersign/node'
import { migratePostgres, postgresAuditLog } from '@countersign/postgres'
import { redisBackend } from '@countersign/redis'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type RedisServer, startRedisServer } from '../../../test/support/redis-servers.ts'
import { type PrivateDatabase, startPrivateDatabase } from '../../postgres/test/private-database.ts'
import { type Ran, runCli } from './run-cli.ts'
import { SHOP } from './shop-policy.ts'

const SECRET = 'a secret of the tests, long enough'
const ENV = { COUNTERSIGN_SECRET: SECRET, REDIS_PASSWORD: 's3cret' }
let database: PrivateDatabase
let redis: RedisServer
let dir: string
beforeAll(async () => {
  database = await startPrivateDatabase()
  redis = await startRedisServer()
  redis.cli('CONFIG', 'SET', 'requirepass', 's3cret')
  await migratePostgres({ connectionString: database.url })
  dir = await mkdtemp(join(tmpdir(), 'countersign-cli-redis-'))
  await writeFile(join(dir, 'shop.yaml'), SHOP)
}, 60_000)
afterAll(async () => {
  await database.stop()
  await redis.stop()
  await rm(dir, { recursive: true, force: true })
})

const shared = (...line: string[]): Promise<Ran> =>
  runCli(dir, [...line, '--redis', redis.url, '--postgres', database.url], { env: ENV })

function startInstance(operatorKeys: readonly object[]) {
  const audit = postgresAuditLog({ connectionString: database.url })
  return createGuardCore(
    {
      secret: SECRET,
      operatorKeys: operatorKeys as never,
      backend: redisBackend({ url: redis.url, password: 's3cret', audit }),
      identity: () => undefined,
      logger: { info() {}, warn() {}, error() {} },
    },
    nodePlatform,
  )
}

const until = (assertion: () => unknown) => vi.waitFor(assertion, { timeout: 20_000, interval: 50 })

it('a key is made, lists itself, signs, and is retired by the next', async () => {
  const made = await runCli(dir, ['keys', 'new', '--out', 'ann.jwk', '--json'])
  const { key: first } = JSON.parse(made.out)
  expect(first).not.toHaveProperty('d')
  expect((await stat(join(dir, 'ann.jwk'))).mode & 0o777).toBe(0o600)
  expect(made.out).not.toContain(JSON.parse(await readFile(join(dir, 'ann.jwk'), 'utf8')).d)
  const own = await runCli(dir, ['keys', 'list', '--key', 'ann.jwk'])
  expect(own.out).toContain(`kid: '${first.kid}'`)

  expect((await shared('keys', 'list')).out).toBe('No instance has listed a key yet.\n')
  const activated = await shared('activate', 'shop.yaml', '--why', 'first', '--key', 'ann.jwk')
  expect(activated).toMatchObject({ exit: 0, err: '' })
  const one = startInstance([first])
  const other = startInstance([first])
  await Promise.all([one.ready(), other.ready()])
  const listed = await shared('keys', 'list', '--key', 'ann.jwk')
  expect(listed.out).toContain(`${first.kid}  counts, your own`)

  expect((await shared('suspend', 'opt-outs', '--why', 'an incident')).exit).toBe(0)
  for (const guard of [one, other])
    await until(() => expect(guard.health().suspended).toHaveLength(1))
  expect(await shared('resume', 'opt-outs', '--why', 'over')).toMatchObject({
    exit: 3,
    err: expect.stringContaining('--key <file>'),
  })

  const rotated = await shared(
    ...['keys', 'rotate', '--key', 'ann.jwk', '--out', 'ann-2.jwk', '--json'],
  )
  const { key: second, retired } = JSON.parse(rotated.out)
  expect(retired).toMatchObject({ kid: first.kid, until: expect.stringMatching(/^1:\d+$/) })
  await Promise.all([one.close(), other.close()])
  const next = startInstance([retired, second])
  await next.ready()
  const resume = ['resume', 'opt-outs', '--why', 'over', '--key']
  expect((await shared(...resume, 'ann.jwk')).exit).not.toBe(0)
  expect(next.health().suspended).toHaveLength(1)
  expect(await shared(...resume, 'ann-2.jwk')).toMatchObject({ exit: 0 })
  await until(() => expect(next.health().suspended).toHaveLength(0))
  // what the first key signed stands
  expect(next.health().revision).toMatch(/^[0-9a-f]{64}$/)
  await next.close()
}, 60_000)

describe('refused', () => {
  it.each([
    {
      name: 'a file that is there',
      line: ['keys', 'new', '--out', 'shop.yaml'],
      exit: 3,
      told: 'left alone',
    },
    { name: 'a list of nothing', line: ['keys', 'list'], exit: 2, told: '--key <file>' },
    {
      name: 'a rotation of nothing that is shared',
      line: ['keys', 'rotate', '--key', 'a', '--out', 'b'],
      exit: 2,
      told: '--postgres <url>',
    },
    {
      name: 'Redis without the log',
      line: ['history', '--redis', 'redis://127.0.0.1:1'],
      exit: 2,
      told: 'audit log',
    },
    {
      name: 'two places',
      line: ['history', '--redis', 'redis://127.0.0.1:1', '--data', '.'],
      exit: 2,
      told: 'two places',
    },
  ])('$name', async ({ line, exit, told }) => {
    const ran = await runCli(dir, line, { env: ENV })
    expect([ran.exit, ran.out]).toEqual([exit, ''])
    expect(ran.err).toContain(told)
  })

  it('a Redis that is not there, in its own words', async () => {
    const line = ['history', '--redis', 'redis://127.0.0.1:1', '--postgres', database.url]
    const { exit, err } = await runCli(dir, line, { env: ENV })
    expect(exit).toBe(4)
    expect(err).toMatch(/Redis cannot be reached: .*ECONNREFUSED/)
    expect(err).not.toContain('s3cret')
  })
})
