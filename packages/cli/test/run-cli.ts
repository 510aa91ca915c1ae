// Runs the command in this process, with a terminal that remembers what was written to it.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCountersign } from '@countersign/cli'
import { onTestFinished, vi } from 'vitest'

// a command that opens a data directory waits for the disk several times
vi.setConfig({ testTimeout: 30_000 })

export interface Ran {
  readonly exit: number
  readonly out: string
  readonly err: string
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly user?: string | undefined
  readonly colour?: boolean
  readonly watched?: boolean
  readonly stop?: AbortSignal
  /** Told each text that is written to standard output. */
  readonly onOut?: (text: string) => void
  readonly onErr?: (text: string) => void
}

export async function runCli(
  directory: string,
  line: readonly string[],
  options: RunOptions = {},
): Promise<Ran> {
  let out = ''
  let err = ''
  const exit = await runCountersign(line, {
    ...{ directory, env: options.env ?? {}, colour: options.colour ?? false },
    watched: options.watched ?? false,
    user: 'user' in options ? options.user : 'ann',
    async out(text) {
      out += text
      options.onOut?.(text)
    },
    async err(text) {
      err += text
      options.onErr?.(text)
    },
    untilStopped: () => options.stop ?? AbortSignal.abort(),
  })
  return { exit, out, err }
}

/** A working directory that is gone when the test is over, and the command in it. */
export async function workspace(): Promise<{
  readonly dir: string
  cli(...line: string[]): Promise<Ran>
}> {
  const dir = await mkdtemp(join(tmpdir(), 'countersign-cli-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return { dir, cli: (...line) => runCli(dir, line) }
}
