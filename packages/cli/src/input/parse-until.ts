// When a suspension ends: a date, a moment or a length of time, as policies write them.
import { CliError } from '../cli-error.ts'
import { EXIT } from '../exit-code.ts'

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

const LENGTH = /^([1-9]\d{0,8})([smhd])$/
const END = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z)?$/

/** Milliseconds since the epoch. A date ends at 24:00 UTC. @throws CliError where it is none */
export function parseUntil(text: string, now: number): number {
  const [, count, unit = ''] = LENGTH.exec(text) ?? []
  if (count !== undefined) return now + Number(count) * (UNIT_MS[unit] ?? Number.NaN)
  const isDate = text.length === 10
  const at = END.test(text) ? Date.parse(isDate ? `${text}T00:00:00Z` : text) : Number.NaN
  // Date.parse makes 1 March of 29 February where there is none
  if (!Number.isNaN(at) && new Date(at).toISOString().startsWith(text.slice(0, 10)))
    return isDate ? at + 86_400_000 : at
  throw new CliError(
    EXIT.usage,
    'until_malformed',
    `--until has to be a date or a length of time, got ${text}. Write it as 2026-12-01, 2026-12-01T10:00:00Z, 90m, 12h or 7d.`,
  )
}
