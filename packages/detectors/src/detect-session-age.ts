// session-age: it is long since the person signed in.
import type { Detector } from '@countersign/core'
import { assertWithin } from './assert-within.ts'

export interface SessionAgeOptions {
  /** Present from this age on. @default 12 hours */
  readonly afterMs?: number | undefined
  /** In full from this age on; in between its share grows evenly. @default twice `afterMs` */
  readonly fullMs?: number | undefined
}

/** A leeway for clocks that run ahead, as everywhere (T47): a login of the future is not young, it is unknown. */
const AHEAD_MS = 30_000

/** @throws ConfigurationError `detector_option_malformed` */
export function sessionAge(options: SessionAgeOptions = {}): Detector {
  const { afterMs = 12 * 3_600_000, fullMs = 2 * afterMs } = options
  assertWithin('sessionAge', { afterMs }, 1)
  assertWithin('sessionAge', { fullMs }, afterMs)
  return {
    code: 'session-age',
    judge({ at, authTime }) {
      if (authTime === undefined || !(authTime <= at + AHEAD_MS)) return { is: 'unknown' }
      const age = at - authTime
      if (age < afterMs) return { is: 'absent' }
      const share = age >= fullMs ? 1 : (age - afterMs) / (fullMs - afterMs)
      return { is: 'present', share, details: { ageMs: age } }
    },
  }
}
