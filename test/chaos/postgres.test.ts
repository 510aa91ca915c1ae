// Four instances on a PostgreSQL that is killed, cut off and stopped, and are killed themselves. What clients and the operator
// saw is held against the log; everything mends itself.
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AuditRecord, type Health, type OpenCommands, openCommands } from '@countersign/core'
import { nodePlatform } from '@countersign/node'
import {
  migratePostgres,
  postgresAuditLog,
  postgresBackend,
  verifyPostgresAudit,
} from '@countersign/postgres'
import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type RunningPostgres, startPostgres } from '../support/servers.ts'
import { type Answer, post } from './ask-until-killed.ts'
import { type Wire, wireTo } from './cuttable-wire.ts'
import { type Asked, askedWhileOff, overspent, type Switched, unrecorded } from './history.ts'
import { GIFTS, postgresPolicy } from './postgres-policy.ts'
import { bundleApp, type RunningApp, startApp } from './run-app.ts'

const SECRET = 'a secret of the chaos tests, long enough'
const MAX_STALENESS_MS = 2_000
const INSTANCES = 4
const SERVER_KILLS = 3
const APP_KILLS = 3
/** Nobody waits longer for a mended server: retries are at most 5 s apart. */
const RECOVERY_MS = 30_000
const BY = { by: 'ann', why: 'a test' }
const BROWSING = 'opt-out:calm'

const folder = mkdtempSync(join(tmpdir(), 'countersign-chaos-postgres-'))
const agent = new Agent({ keepAlive: true, maxSockets: 128 })
const asked: Asked[] = []
const switched: Switched[] = []
const apps: RunningApp[] = []
let server: RunningPostgres
let url: string
let feedWire: Wire
let auditWire: Wire
let start: () => Promise<RunningApp>
let operator: OpenCommands
/** What a lane of clients goes on as long as. */
let asking = true
let lanes: Promise<void>[] = []

beforeAll(async () => {
  const bundled = bundleApp(folder, 'postgres-app.ts')
  server = await startPostgres({ durable: true })
  url = urlAt(server.port)
  await migratePostgres({ connectionString: url })
  feedWire = await wireTo(server.port)
  auditWire = await wireTo(server.port)
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const settings = {
    ...{ store: url, feed: urlAt(feedWire.port), audit: urlAt(auditWire.port), secret: SECRET },
    ...{ operatorKey: await exportJWK(publicKey), maxStaleness: `${MAX_STALENESS_MS}ms` },
  }
  operator = await openCommands(
    {
      ...{ backend: postgresBackend({ connectionString: url }), secrets: [SECRET] },
      key: (await exportJWK(privateKey)) as never,
      logger: { info() {}, warn() {}, error() {} },
    },
    nodePlatform,
  )
  await operator.handlers['activate']?.({ policy: postgresPolicy, ...BY })
  const program = await bundled
  start = () => startApp(program, JSON.stringify(settings))
  apps.push(...(await Promise.all(Array.from({ length: INSTANCES }, start))))
}, 120_000)

afterEach(async () => {
  feedWire.heal()
  auditWire.heal()
  server.signal('SIGCONT')
  await stopAsking()
})
afterAll(async () => {
  await operator?.close()
  await Promise.all(apps.map((app) => app.kill()))
  agent.destroy()
  await Promise.all([feedWire?.close(), auditWire?.close()])
  await server?.stop()
  rmSync(folder, { recursive: true, force: true })
})

test('50 requests at once on four instances spend no more than the allowance has', async () => {
  const replies = await Promise.all(
    Array.from({ length: 50 }, (_, n) => askOf(n % INSTANCES, '/give', 'spender')),
  )
  const outcomes = replies.map((reply) => `${reply?.status} ${reply?.outcome ?? 'none'}`).sort()
  expect(outcomes).toEqual([
    ...Array(GIFTS).fill('200 opt-out'),
    ...Array(50 - GIFTS).fill('401 none'),
  ])
})

test('killed again and again, instances and database keep all that they promised', {
  timeout: 240_000,
}, async () => {
  const from = asked.length
  startLanes(8)
  const switching = switchOnAndOff()
  const kills = [...Array(SERVER_KILLS).fill('server'), ...Array(APP_KILLS).fill('app')]
  for (const kill of shuffled(kills)) {
    await pause(200 + Math.random() * 800)
    if (kill === 'server') {
      await server.kill()
      await pause(Math.random() * 300)
      await server.restart()
      await recovered(Math.floor(Math.random() * INSTANCES))
    } else {
      const which = Math.floor(Math.random() * INSTANCES)
      await apps[which]?.kill()
      apps[which] = await start()
    }
  }
  await stopAsking()
  await switching
  await until(async () => expect(await switchTo('on')).toBe(true))
  for (let index = 0; index < INSTANCES; index++) await recovered(index)
  const optOuts = asked.slice(from).filter(({ outcome }) => outcome === 'opt-out')
  expect(optOuts.length).toBeGreaterThan(200)
  expect(asked.length - from - optOuts.length).toBeGreaterThan(SERVER_KILLS)
  await expectPromisesKept()
})

test('cut off from the feed, an instance honours no opt-out once it may have missed something', {
  timeout: 120_000,
}, async () => {
  for (let index = 0; index < INSTANCES; index++) await recovered(index)
  startLanes(4)
  feedWire.cut()
  expect(await switchTo('off')).toBe(true)
  // as long again: each of those asked by then is held against the promise below
  await pause(2 * MAX_STALENESS_MS)
  expect(await healthOf(0)).toMatchObject({ ok: false, stale: true })
  feedWire.heal()
  await until(async () => expect((await healthOf(0)).suspended).toHaveLength(1))
  await until(async () => expect(await switchTo('on')).toBe(true))
  await stopAsking()
  for (let index = 0; index < INSTANCES; index++) await recovered(index)
  await expectPromisesKept()
})

test('a log that does not answer stops opt-outs, and nothing else', {
  timeout: 120_000,
}, async () => {
  auditWire.cut()
  const replies = await Promise.all([askOf(0, '/browse', 'waiting'), askOf(1, '/admin', 'waiting')])
  expect(replies.map((reply) => [reply?.status, reply?.outcome])).toEqual([
    [401, undefined],
    [401, undefined],
  ])
  await until(async () => expect((await healthOf(0)).audit.ok).toBe(false))
  auditWire.heal()
  await recovered(0)
  await recovered(1)
  await expectPromisesKept()
})

test('a database that stands still costs a bounded amount of memory', {
  timeout: 120_000,
}, async () => {
  const before = await memoryOf(0)
  server.signal('SIGSTOP')
  const from = asked.length
  try {
    startLanes(64, 0)
    await until(async () => expect(asked.length - from).toBeGreaterThan(1_500))
    expect(await healthOf(0)).toMatchObject({ ok: false })
  } finally {
    server.signal('SIGCONT')
  }
  await stopAsking()
  const during = asked.slice(from)
  // not one of them was let through but what was recorded
  expect(during.filter(({ outcome }) => outcome !== 'opt-out').length).toBeGreaterThan(1_000)
  expect((await memoryOf(0)) - before).toBeLessThan(256 * 1024 * 1024)
  for (let index = 0; index < INSTANCES; index++) await recovered(index)
  await expectPromisesKept()
})

function urlAt(port: number): string {
  return `postgres://test@127.0.0.1:${port}/postgres`
}

async function askOf(index: number, path: string, user: string): Promise<Answer | undefined> {
  const app = apps[index]
  if (app === undefined) return undefined
  const startedAt = performance.now()
  const reply = await post(agent, new URL(path, app.origin), user, { amount: 10 })
  asked.push({
    ...{ path, startedAt, endedAt: performance.now() },
    ...{ outcome: reply?.outcome, id: reply?.id ?? '' },
  })
  // an app that is away answers at once
  if (reply === undefined) await pause(20)
  return reply
}

/** Clients that ask as fast as they are answered, of all instances or of one. */
function startLanes(count: number, only?: number): void {
  asking = true
  let next = 0
  const paths = ['/browse', '/browse', '/give', '/buy', '/browse', '/admin']
  async function lane(): Promise<void> {
    while (asking) {
      const n = next++
      // some 30 gifts for each giver, of which ten are waived
      const user = `giver-${asked.length > 0 ? Math.floor(n / 180) : 0}`
      await askOf(only ?? n % INSTANCES, paths[n % paths.length] ?? '/browse', user)
    }
  }
  lanes = Array.from({ length: count }, lane)
}

async function stopAsking(): Promise<void> {
  asking = false
  await Promise.all(lanes)
  lanes = []
}

/** Whether it is so by now: a failure leaves open whether it was done. */
async function switchTo(to: Switched['to']): Promise<boolean> {
  const startedAt = performance.now()
  const change = { target: BROWSING, ...BY }
  const work = operator.handlers[to === 'off' ? 'suspend' : 'resume']?.(change)
  const done = await work?.then(
    () => true,
    (error: { code?: string }) => error.code === 'not_suspended',
  )
  switched.push({ to, startedAt, doneAt: done === true ? performance.now() : undefined })
  return done === true
}

async function switchOnAndOff(): Promise<void> {
  while (asking) {
    await switchTo('off')
    await pause(MAX_STALENESS_MS + 1_000 + Math.random() * 500)
    await switchTo('on')
    await pause(500)
  }
}

/** Opt-outs are honoured, and nobody did anything for it. */
function recovered(index: number): Promise<void> {
  return until(async () => {
    const reply = await askOf(index, '/buy', 'regular')
    expect(reply?.outcome, apps[index]?.log().slice(-2_000)).toBe('opt-out')
  })
}

async function until(assertion: () => Promise<void>): Promise<void> {
  for (const end = performance.now() + RECOVERY_MS; ; ) {
    try {
      return await assertion()
    } catch (error) {
      if (performance.now() > end) throw error
      await pause(50)
    }
  }
}

async function read(index: number): Promise<{ health: Health; memory: number }> {
  const response = await fetch(new URL('/health', apps[index]?.origin))
  return (await response.json()) as { health: Health; memory: number }
}
const healthOf = async (index: number) => (await read(index)).health
const memoryOf = async (index: number) => (await read(index)).memory

async function expectPromisesKept(): Promise<void> {
  const place = { connectionString: url }
  const { ok, chains, gone } = await verifyPostgresAudit(place, [SECRET])
  expect([ok, gone, chains.flatMap(({ problems }) => problems)]).toEqual([true, false, []])
  const log: AuditRecord[] = []
  const audit = await postgresAuditLog(place).open({ secrets: [SECRET] })
  for await (const record of audit.read({})) log.push(record)
  await audit.close()
  const history = {
    ...{ asked, switched, switchedPath: '/browse', maxStalenessMs: MAX_STALENESS_MS },
  }
  expect(unrecorded(history, log)).toEqual([])
  expect(overspent({ action: 'give', most: GIFTS }, log)).toEqual([])
  const whileOff = askedWhileOff(history)
  expect(whileOff.length).toBeGreaterThan(10)
  expect(whileOff.filter(({ outcome }) => outcome === 'opt-out')).toEqual([])
  // what the last acknowledged change made of it holds for everyone
  const last = switched.at(-1)
  expect(last?.doneAt).toBeDefined()
  for (let index = 0; index < INSTANCES; index++) {
    const { suspended } = await healthOf(index)
    expect(suspended.map(({ target }) => target)).toEqual(last?.to === 'off' ? [BROWSING] : [])
  }
}

function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((value) => ({ value, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value)
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
