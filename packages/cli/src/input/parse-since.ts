// From when on: a length of time back from now, a date or a moment.
import { parseDuration } from '@countersign/core'
import { CliError } from '../cli-error.ts'
import { EXIT } from '../exit-code.ts'

/** Milliseconds since the epoch; a date begins at 00:00 UTC. `name`: what asked. @throws CliError where it is none */
export function parseSince(text: string, now: number, name = '--since'): number {
  const length = parseDuration(text)
  if (length !== undefined) return now - length
  const written = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text
  const moment = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(written) ? Date.parse(written) : Number.NaN
  if (!Number.isNaN(moment)) return moment
  throw new CliError(
    EXIT.usage,
    'since_malformed',
    `${name} has to be a length of time or a date, got ${text}. Write it as 7d, 12h, 2026-11-01 or 2026-11-01T10:00:00Z.`,
  )
}
