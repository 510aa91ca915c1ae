// The command as a process of its own, as it was built.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
export const BIN: string = join(ROOT, 'packages/cli/bin/countersign.js')

/** A second when nothing changed. */
export async function build(): Promise<void> {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  await promisify(execFile)(process.execPath, [tsc, '-b', 'packages/cli'], { cwd: ROOT })
}

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface RunOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** Told what was written to standard output so far. */
  readonly onOut?: (out: string, child: ChildProcess) => void
}

export function countersign(line: readonly string[], options: RunOptions): Promise<Ran> {
  return run(process.execPath, [BIN, ...line], options)
}

export function run(
  command: string,
  args: readonly string[],
  { cwd, env, onOut }: RunOptions,
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env } })
    let out = ''
    let err = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out += text
      onOut?.(out, child)
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      err += text
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out, err }))
  })
}

/** Gone when the test is over. */
export async function workingDirectory(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'countersign-cli-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return dir
}
