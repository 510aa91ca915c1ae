// Runs the app as a process of its own, from one plain file, so that it can be killed as a power cut would.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

export interface RunningApp {
  readonly origin: string
  /** What it printed, both streams. */
  log(): string
  /** SIGKILL; resolves once the process is gone. */
  kill(): Promise<void>
}

const READY_MS = 20_000

export async function bundleApp(folder: string, entry = 'opt-out-app.ts'): Promise<string> {
  const outfile = join(folder, 'app.mjs')
  await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    conditions: ['@countersign/source'],
    logLevel: 'error',
    // of pg: only where it is installed
    external: ['pg-native'],
    // express is CommonJS
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  })
  return outfile
}

/** @throws what it printed, where it does not start */
export async function startApp(program: string, ...args: string[]): Promise<RunningApp> {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = once(child, 'close')
  let log = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text
    })
  const kill = async () => {
    child.kill('SIGKILL')
    await closed
  }
  try {
    return { origin: await origin(child, closed, () => log), log: () => log, kill }
  } catch (error) {
    await kill()
    throw error
  }
}

async function origin(
  child: ChildProcess,
  closed: Promise<unknown>,
  log: () => string,
): Promise<string> {
  const late = AbortSignal.timeout(READY_MS)
  for (;;) {
    const found = /^ready (\S+)$/m.exec(log())?.[1]
    if (found !== undefined) return found
    await Promise.race([
      closed,
      once(child.stdout as NodeJS.ReadableStream, 'data', { signal: late }),
    ])
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${log()}`)
  }
}
