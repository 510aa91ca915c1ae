// Runs a program of the documents as a process of its own, on sources, with a fresh data directory.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import type { Program } from './write-programs.ts'

export interface RunningProgram {
  /** `http://localhost:PORT` */
  readonly origin: string
  /** What it printed so far, both streams. */
  log(): string
  /** Resolves to the exit code. */
  readonly ended: Promise<number | null>
  /** SIGTERM, if it still runs. */
  stop(): Promise<number | null>
}

/** @param at the port that others were told of; a free one without */
export async function runProgram({ name, path }: Program, at?: number): Promise<RunningProgram> {
  const file = join(dirname(path), 'program.mjs')
  await build({
    entryPoints: [path],
    outfile: file,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    conditions: ['@countersign/source'],
    logLevel: 'error',
    // express and its like are CommonJS
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  })
  const data = mkdtempSync(join(tmpdir(), 'readme-'))
  const port = at ?? (await freePort())
  const env = { ...process.env, PORT: String(port), COUNTERSIGN_DATA: data }
  const child = spawn(process.execPath, [file], {
    cwd: data,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return watch(name, child, port, () => rmSync(data, { recursive: true, force: true }))
}

/** Until it listens. @throws what it printed, where it ends instead */
export async function untilListening(program: RunningProgram): Promise<RunningProgram> {
  let over = false
  const ended = program.ended.then((code) => {
    over = true
    throw new Error(`it ended with ${code}:\n${program.log()}`)
  })
  await Promise.race([ended, answering(Number(new URL(program.origin).port), () => over)])
  ended.catch(() => undefined)
  return program
}

export function watch(
  name: string,
  child: ChildProcess,
  port: number,
  clean: () => void,
): RunningProgram {
  let log = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      log += text
    })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`${name} did not start`, { cause: error })))
    child.once('close', resolve)
  })
  return {
    origin: `http://localhost:${port}`,
    log: () => log,
    ended,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      const code = await ended
      clean()
      return code
    },
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function answering(port: number, over: () => boolean): Promise<void> {
  while (!over()) {
    if (await connects(port)) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, 'localhost')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
