// Durations and ends that have been checked, in milliseconds.
import { parseDuration } from '../words/parse-duration.ts'
import { parseEnd } from '../words/parse-end.ts'

/** @throws where the check before it let something through: nothing may end up without a limit */
export function toMs(duration: string): number {
  return assertRead(parseDuration(duration), duration)
}

/** The first millisecond since the epoch that lies after it. */
export function toEnd(end: string): number {
  return assertRead(parseEnd(end), end)
}

function assertRead(value: number | undefined, text: string): number {
  if (value === undefined) throw new Error(`${text} was not checked`)
  return value
}
