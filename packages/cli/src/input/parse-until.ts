// When a suspension ends: a date, a moment or a length of time, as policies write them.
import { parseDuration } from '@countersign/core'
import { parseEnd } from '@countersign/policy'
import { CliError } from '../cli-error.ts'
import { EXIT } from '../exit-code.ts'

/** Milliseconds since the epoch. A date ends at 24:00 UTC. @throws CliError where it is none */
export function parseUntil(text: string, now: number): number {
  const length = parseDuration(text)
  const end = length === undefined ? parseEnd(text) : now + length
  if (end !== undefined) return end
  throw new CliError(
    EXIT.usage,
    'until_malformed',
    `--until has to be a date or a length of time, got ${text}. Write it as 2026-12-01, 2026-12-01T10:00:00Z, 90m, 12h or 7d.`,
  )
}
