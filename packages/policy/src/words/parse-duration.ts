// Durations as policies write them: 90s, 15m, 12h, 30d.

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** The longest duration and the furthest end: a year, leap day included. */
export const YEAR_MS: number = 366 * 86_400_000

export const durationPattern: RegExp = /^[1-9][0-9]{0,8}[smhd]$/

/** Milliseconds; undefined where it is malformed, or longer than 366 days. */
export function parseDuration(text: string): number | undefined {
  if (!durationPattern.test(text)) return undefined
  const ms = Number(text.slice(0, -1)) * (UNIT_MS[text.slice(-1)] ?? Number.NaN)
  return ms <= YEAR_MS ? ms : undefined
}
