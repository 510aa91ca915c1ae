// Starts an example shop as a newcomer's `npm start` does: a process of its own, a free port, a fresh data directory.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Each is attacked, and walked through in a browser. */
export const SHOPS = ['express', 'koa', 'hono', 'fastify', 'next'] as const
export type ShopName = (typeof SHOPS)[number]

export interface ShopOptions {
  /** @default any */
  readonly port?: number
  /** Of an earlier start, to start again on. @default a fresh one, taken away by `stop` and `kill` */
  readonly dataDirectory?: string
  /** Beside PORT, COUNTERSIGN_DATA and COUNTERSIGN_DEMO=1. */
  readonly env?: Readonly<Record<string, string>>
}

export interface RunningShop {
  /** `http://localhost:PORT`, as the shop printed it. */
  readonly origin: string
  readonly port: number
  readonly dataDirectory: string
  /** What it printed so far, both streams. */
  log(): string
  /** SIGTERM; resolves to the exit code once everything is closed. */
  stop(): Promise<number | null>
  /** SIGKILL to every process of the shop: nothing is closed. */
  kill(): Promise<void>
}

const SCRIPT = fileURLToPath(new URL('../../scripts/start-example.mjs', import.meta.url))
const READY_MS = 120_000

export async function startShop(name: ShopName, options: ShopOptions = {}): Promise<RunningShop> {
  const dataDirectory = options.dataDirectory ?? mkdtempSync(join(tmpdir(), `shop-${name}-`))
  // a process group of its own, so that `kill` reaches the server behind the script that started it
  const child = spawn(process.execPath, [SCRIPT, name], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      COUNTERSIGN_DEMO: '1',
      ...options.env,
      PORT: String(options.port ?? 0),
      COUNTERSIGN_DATA: dataDirectory,
    },
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text
    })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))

  async function end(signal: NodeJS.Signals, group: boolean): Promise<number | null> {
    if (child.exitCode === null && child.signalCode === null) send(child, signal, group)
    const code = await ended
    if (options.dataDirectory === undefined) rmSync(dataDirectory, { recursive: true, force: true })
    return code
  }

  const origin = await Promise.race([
    untilReady(child, () => log),
    ended.then((code) => Promise.reject(new Error(`the ${name} shop ended with ${code}:\n${log}`))),
  ]).catch(async (error) => {
    await end('SIGKILL', true)
    throw error
  })
  return {
    origin,
    port: Number(new URL(origin).port),
    dataDirectory,
    log: () => log,
    stop: () => end('SIGTERM', false),
    kill: async () => void (await end('SIGKILL', true)),
  }
}

function untilReady(child: ChildProcess, log: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`the shop was not ready within ${READY_MS} ms:\n${log()}`)),
      READY_MS,
    )
    const look = () => {
      const origin = /^ready (http:\/\/localhost:\d+)$/m.exec(log())?.[1]
      if (origin === undefined) return
      clearTimeout(late)
      child.stdout?.off('data', look)
      resolve(origin)
    }
    child.stdout?.on('data', look)
    child.once('close', () => clearTimeout(late))
  })
}

function send({ pid }: ChildProcess, signal: NodeJS.Signals, group: boolean): void {
  if (pid === undefined) return
  try {
    process.kill(group ? -pid : pid, signal)
  } catch (error) {
    // it ended between the look and the signal
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
