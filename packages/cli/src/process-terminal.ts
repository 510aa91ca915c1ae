// The terminal of this process.
import { userInfo } from 'node:os'
import { type Terminal, writeTo } from './terminal.ts'

export function processTerminal(): Terminal {
  const stop = new AbortController()
  const { stdout, stderr, env } = process
  // nobody reads any more: what remains is done without a word
  const gone = () => stop.abort()
  return {
    env,
    directory: process.cwd(),
    user: readUser(),
    colour: stdout.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
    watched: stderr.isTTY === true && env['TERM'] !== 'dumb',
    out: writeTo(stdout, gone),
    err: writeTo(stderr, gone),
    untilStopped() {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, gone)
      return stop.signal
    },
  }
}

/** A container may run as a user that has no name. */
function readUser(): string | undefined {
  try {
    return userInfo().username || undefined
  } catch {
    return undefined
  }
}
