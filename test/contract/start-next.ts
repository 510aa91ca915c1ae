// The app of the guard contract on Next, served by `next start` in a process of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GuardedApp, GuardScenario, StartGuardedApp } from '@countersign/testing'
import { NEXT_BIN } from './build-next-app.ts'
import type { StartedWith } from './next-app/lib/scenario.ts'

export interface HowToStart {
  readonly proxy: boolean
  /** `own`: that of the app itself. */
  readonly feed?: 'own' | string
}

/** @param folder as `buildNextApp` built it */
export function startNext(folder: string, how: HowToStart): StartGuardedApp {
  return (scenario) => start(folder, scenario, how)
}

async function start(
  folder: string,
  { options }: GuardScenario,
  { proxy, feed }: HowToStart,
): Promise<GuardedApp> {
  const port = await freePort()
  const dataDirectory = mkdtempSync(join(tmpdir(), 'contract-next-'))
  const origin = `http://localhost:${port}`
  const url = feed === 'own' ? `${origin}/countersign/feed` : feed
  const follow = url === undefined ? {} : { feed: url }
  const started: StartedWith = { options, origin, dataDirectory, proxy, ...follow }
  const child = spawn(
    process.execPath,
    [NEXT_BIN, 'start', '-p', String(port), '-H', '127.0.0.1'],
    {
      cwd: folder,
      env: {
        ...process.env,
        NODE_ENV: 'production',
        NEXT_TELEMETRY_DISABLED: '1',
        CONTRACT: JSON.stringify(started),
      },
      // what it prints of refusals is no part of the contract
      stdio: 'ignore',
    },
  )
  const ended = new Promise((resolve) => child.once('exit', resolve))
  await untilListening(child, port)
  return {
    origin,
    async stop() {
      child.kill('SIGTERM')
      await ended
      rmSync(dataDirectory, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function untilListening(child: ChildProcess, port: number): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error(`next start ended with ${child.exitCode}`)
    if (await isListening(port)) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  child.kill('SIGKILL')
  throw new Error(`next start did not listen on ${port} within 30 s`)
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
