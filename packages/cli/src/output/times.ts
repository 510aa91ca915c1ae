// Moments and lengths of time in words. Moments are in UTC, as the audit log and the policies are.

/** `2026-11-24 04:17:28 UTC` */
export function moment(at: number): string {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return 'at no time'
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const

/** `15 minutes`, `1 day and 2 hours`: at most two units. */
export function lengthOf(seconds: number): string {
  let rest = Math.round(seconds)
  const parts: string[] = []
  for (const [name, size] of UNITS) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) parts.push(`${count} ${name}${count === 1 ? '' : 's'}`)
    else if (parts.length > 0) break
  }
  return parts.slice(0, 2).join(' and ') || '0 seconds'
}

/** `3 hours before`, from the one moment to the other. */
export function ageAt(moment: number, at: number): string {
  const seconds = (at - moment) / 1000
  if (Math.abs(seconds) < 1) return 'at that moment'
  return seconds > 0 ? `${lengthOf(seconds)} before` : `${lengthOf(-seconds)} after`
}
