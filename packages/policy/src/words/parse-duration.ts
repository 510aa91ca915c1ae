// Durations as policies write them: 90s, 15m, 12h, 30d, and a year at most.
import { parseDuration as parseAnyDuration } from '@countersign/core'

/** The longest duration and the furthest end: a year, leap day included. */
export const YEAR_MS: number = 366 * 86_400_000

export const durationPattern: RegExp = /^[1-9][0-9]{0,8}[smhd]$/

/** Milliseconds; undefined where it is malformed, or longer than 366 days. */
export function parseDuration(text: string): number | undefined {
  const ms = durationPattern.test(text) ? parseAnyDuration(text) : undefined
  return ms !== undefined && ms <= YEAR_MS ? ms : undefined
}
