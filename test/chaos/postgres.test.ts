// Law 5 against a database and apps that are killed, or stand still: every opt-out that was answered is in the log, the log
// verifies, and opt-outs are honoured again without anybody's hands.
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCommands } from '@countersign/core'
import { nodePlatform } from '@countersign/node'
import {
  migratePostgres,
  postgresAuditLog,
  postgresBackend,
  verifyPostgresAudit,
} from '@countersign/postgres'
import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningPostgres, startPostgres } from '../support/servers.ts'
import { ask } from './ask-until-killed.ts'
import { policy } from './opt-out-policy.ts'
import { bundleApp, type RunningApp, startApp } from './run-app.ts'

const SECRET = 'a secret of the chaos tests, long enough'
const SERVER_KILLS = 10
const APP_KILLS = 4
const LANES = 6

describe('two instances whose database is killed again and again', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-chaos-postgres-'))
  const answered = new Set<string>()
  const agent = new Agent({ keepAlive: true, maxSockets: 4 * LANES })
  const apps: RunningApp[] = []
  let server: RunningPostgres
  let url: string
  let start: () => Promise<RunningApp>
  let asking = true
  let asked = 0
  let strict = 0
  let lanes: Promise<void>[] = []

  beforeAll(async () => {
    const bundled = bundleApp(folder, 'postgres-app.ts')
    server = await startPostgres({ durable: true })
    url = `postgres://test@127.0.0.1:${server.port}/postgres`
    await migratePostgres({ connectionString: url })
    const keys = await generateKeyPair('ES256', { extractable: true })
    const key = (await exportJWK(keys.privateKey)) as never
    const listed = JSON.stringify(await exportJWK(keys.publicKey))
    const commands = await openCommands(
      {
        ...{ backend: postgresBackend({ connectionString: url }), secrets: [SECRET], key },
        logger: { info() {}, warn() {}, error() {} },
      },
      nodePlatform,
    )
    await commands.handlers['activate']?.({ policy, by: 'ann', why: 'a test' })
    await commands.close()
    const program = await bundled
    start = () => startApp(program, url, SECRET, listed)
    apps.push(await start(), await start())
  }, 120_000)

  afterAll(async () => {
    asking = false
    await Promise.all(lanes)
    await Promise.all(apps.map((app) => app.kill()))
    agent.destroy()
    await server?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  async function lane(of: number): Promise<void> {
    while (asking) {
      const app = apps[of]
      const reply = app && (await ask(agent, app.origin, asked++))
      if (reply?.outcome === 'opt-out') answered.add(reply.id)
      else strict += 1
      // an app that is away answers at once
      if (reply === undefined) await pause(20)
    }
  }

  /** Opt-outs are honoured by both, and nobody did anything. */
  async function recovered(): Promise<void> {
    for (const app of apps) {
      const until = performance.now() + 30_000
      for (;;) {
        const reply = await ask(agent, app.origin, 0)
        if (reply?.outcome === 'opt-out') break
        if (performance.now() > until) throw new Error(`no opt-out after 30 s: ${app.log()}`)
        await pause(50)
      }
    }
  }

  test('lose nothing that they answered, and recover by themselves', {
    timeout: 300_000,
  }, async () => {
    await recovered()
    lanes = Array.from({ length: LANES }, (_, index) => lane(index % 2))
    for (let round = 0; round < SERVER_KILLS; round++) {
      await pause(100 + Math.random() * 500)
      await server.kill()
      await pause(Math.random() * 300)
      await server.restart()
      await recovered()
    }
    for (let round = 0; round < APP_KILLS; round++) {
      await pause(100 + Math.random() * 500)
      await apps[round % 2]?.kill()
      apps[round % 2] = await start()
    }
    await recovered()
    asking = false
    await Promise.all(lanes)
    expect(answered.size).toBeGreaterThan(SERVER_KILLS * 10)
    // while the database was away people were challenged
    expect(strict).toBeGreaterThan(SERVER_KILLS)
    await expectAllInTheLog()
  })

  test('one that stands still makes both strict, and is taken up again', {
    timeout: 120_000,
  }, async () => {
    server.signal('SIGSTOP')
    try {
      const replies = await Promise.all(apps.map((app) => ask(agent, app.origin, 0)))
      expect(replies.map((reply) => reply?.outcome)).toEqual([undefined, undefined])
      expect(replies.map((reply) => [401, 503].includes(reply?.status ?? 0))).toEqual([true, true])
    } finally {
      server.signal('SIGCONT')
    }
    await recovered()
    await expectAllInTheLog()
  })

  async function expectAllInTheLog(): Promise<void> {
    const place = { connectionString: url }
    const { ok, chains, gone } = await verifyPostgresAudit(place, [SECRET])
    expect([ok, gone, chains.flatMap(({ problems }) => problems)]).toEqual([true, false, []])
    const logged = new Set<string>()
    const audit = await postgresAuditLog(place).open({ secrets: [SECRET] })
    for await (const { entry } of audit.read({}))
      if (entry['outcome'] === 'opt-out') logged.add(String(entry.id))
    await audit.close()
    expect([...answered].filter((id) => !logged.has(id))).toEqual([])
  }
})

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
