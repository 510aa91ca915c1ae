// How a newcomer starts and ends a shop: by npm, whose pid is the one they know, and now and then where it cannot start.
import { spawn, spawnSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningShop, startShop } from '../support/start-shop.ts'
import { temporaryDirectory } from './temporary-files.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SCRIPT = fileURLToPath(new URL('../../scripts/start-example.mjs', import.meta.url))

function startAnother(env: Readonly<Record<string, string>>): { status: number; said: string } {
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT, 'express'], {
    env: { ...process.env, PORT: '0', COUNTERSIGN_DATA: temporaryDirectory(), ...env },
    encoding: 'utf8',
    timeout: 60_000,
  })
  return { status: status ?? Number.NaN, said: stderr }
}

describe('a shop that cannot start says why in one line', () => {
  let shop: RunningShop
  beforeAll(async () => {
    shop = await startShop('express')
  })
  afterAll(() => shop?.stop())

  test.each(['abc', '-1', '70000', '3000 '])('on the port %j', (port) => {
    expect(startAnother({ PORT: port })).toEqual({
      status: 1,
      said: `PORT has to be a whole number from 0 to 65535, got ${JSON.stringify(port)}. Write one such as 3000, or 0 for any that is free.\n`,
    })
  })

  test('on a port that is taken', () => {
    expect(startAnother({ PORT: String(shop.port) })).toEqual({
      status: 1,
      said: `Port ${shop.port} of localhost cannot be listened on, got EADDRINUSE. Stop what listens there, or set PORT to another, or to 0 for any that is free.\n`,
    })
  })

  test('on a data directory that is taken', () => {
    const { status, said } = startAnother({ COUNTERSIGN_DATA: shop.dataDirectory })
    expect([status, said.trimEnd().split('\n')]).toEqual([
      1,
      [
        expect.stringMatching(
          /can be written by one process at a time, got another one that is running, process \d+\. .*set COUNTERSIGN_DATA\.$/,
        ),
      ],
    ])
    expect(said).toContain(shop.dataDirectory)
  })
})

test('a signal to npm ends the shop that it started', async () => {
  const npm = spawn('npm', ['start'], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PORT: '0', COUNTERSIGN_DATA: temporaryDirectory() },
  })
  let log = ''
  npm.stdout.setEncoding('utf8').on('data', (text: string) => {
    log += text
  })
  // the shop holds the other end for as long as it runs
  const ended = new Promise<void>((resolve) => npm.stdout.once('close', resolve))
  const origin = await untilReady(() => log)
  expect((await fetch(`${origin}/healthz`)).status).toBe(200)

  process.kill(npm.pid as number, 'SIGTERM')
  await ended
  await expect(fetch(`${origin}/healthz`)).rejects.toThrow('fetch failed')
})

async function untilReady(log: () => string): Promise<string> {
  for (;;) {
    const origin = /^ready (http:\/\/localhost:\d+)$/m.exec(log())?.[1]
    if (origin !== undefined) return origin
    await sleep(50)
  }
}
