// Moments as people write them in facts.
import { parseDuration } from '../words/parse-duration.ts'

const AGO = /^(\S+) ago$/

/**
 * Milliseconds since the epoch, of a text in ISO 8601, of such milliseconds, or of `15m ago`; undefined where it is none
 * of them.
 *
 * @param at what `ago` counts from
 */
export function readMoment(value: unknown, at: number): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string') return undefined
  const [, length] = AGO.exec(value) ?? []
  if (length !== undefined) {
    const ms = parseDuration(length)
    return ms === undefined ? undefined : at - ms
  }
  const moment = Date.parse(value)
  return Number.isNaN(moment) ? undefined : moment
}
