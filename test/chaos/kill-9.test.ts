// Law 5 against `kill -9`: every opt-out that was answered is in the log, the chain verifies, the app starts again.
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AuditQuery, type AuditRecord, systemClock } from '@countersign/core'
import { fileBackend, readAuditDirectory, verifyAuditDirectory } from '@countersign/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, askUntilKilled } from './ask-until-killed.ts'
import { bundleApp, type RunningApp, startApp } from './run-app.ts'

const ROUNDS = 50
const REQUESTS = 1_000

describe('an app that is killed during 1,000 decisions, 50 times', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-chaos-'))
  const dir = join(folder, 'data')
  const answered: string[] = []
  let program: string
  let app: RunningApp

  beforeAll(async () => {
    program = await bundleApp(folder)
    app = await startApp(program, dir)
  })
  afterAll(async () => {
    await app?.kill()
    rmSync(folder, { recursive: true, force: true })
  })

  test('loses no opt-out that it answered, keeps its chain, and starts again', {
    timeout: 900_000,
  }, async () => {
    let cutOff = 0
    for (let round = 1; round <= ROUNDS; round++) {
      const from = systemClock.now()
      // anywhere in the second half: hundreds were answered, and as many as there are lanes are on their way
      const killAfter = REQUESTS / 2 + Math.floor((Math.random() * REQUESTS) / 2)
      const { optOuts, asked, challenged } = await askUntilKilled(app.origin, {
        requests: REQUESTS,
        killAfter,
        kill: app.kill,
      })
      expect(optOuts.length + challenged, `round ${round}`).toBeGreaterThanOrEqual(killAfter)
      cutOff += asked - optOuts.length - challenged
      answered.push(...optOuts)

      app = await startApp(program, dir)
      expect(app.log(), `round ${round}`).not.toContain('lost')
      const { ok, chains } = await verifyAuditDirectory(dir)
      expect([ok, chains.flatMap(({ problems }) => problems)], `round ${round}`).toEqual([true, []])
      expect(chains.map(({ endIs }) => endIs)).toEqual(['verified'])
      const logged = await optOutsIn(readAuditDirectory(dir, { from }))
      expect(missing(optOuts, logged), `round ${round}`).toEqual([])
      expect(await ask(new Agent(), app.origin, 0)).toMatchObject({
        status: 200,
        outcome: 'opt-out',
      })
    }
    // the kills came while decisions were made, not after them
    expect(cutOff).toBeGreaterThan(ROUNDS)
    expect(answered.length).toBeGreaterThan((ROUNDS * REQUESTS) / 2)
  })

  test('has every one of them still, read through the backend', async () => {
    await app.kill()
    const backend = await fileBackend(dir).open({ secrets: [] })
    try {
      expect(backend.warnings?.()).toEqual([])
      expect(
        missing(answered, await optOutsIn(backend.audit.read({} satisfies AuditQuery))),
      ).toEqual([])
    } finally {
      await backend.close()
    }
  })
})

async function optOutsIn(records: AsyncIterable<AuditRecord>): Promise<Set<string>> {
  const ids = new Set<string>()
  for await (const { entry } of records)
    if (entry.type === 'decision' && entry['outcome'] === 'opt-out') ids.add(String(entry.id))
  return ids
}

function missing(answered: readonly string[], logged: ReadonlySet<string>): string[] {
  return answered.filter((id) => !logged.has(id))
}
