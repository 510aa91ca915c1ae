// unusual-hour: the person is hardly ever there at this hour of the day.
import type { Detector } from '@countersign/core'
import { assertWithin } from './assert-within.ts'
import type { LoginHistory } from './login/login-history.ts'

export interface UnusualHourOptions {
  readonly history: LoginHistory
  /** Present where less than this share of the logins was within an hour of it. @default 0.02 */
  readonly below?: number | undefined
  /** With fewer logins, faded ones counted in part, it is unjudged. @default 12 */
  readonly leastLogins?: number | undefined
}

const DEADLINE_MS = 1_000

/**
 * Hours are of UTC, with the one before and the one after: daylight saving moves habits by one.
 *
 * @throws ConfigurationError `detector_option_malformed`
 */
export function unusualHour(options: UnusualHourOptions): Detector {
  const { history, below = 0.02, leastLogins = 12 } = options
  assertWithin('unusualHour', { below }, 0, 1)
  assertWithin('unusualHour', { leastLogins }, 1)
  return {
    code: 'unusual-hour',
    deadlineMs: DEADLINE_MS,
    ...history.hears,
    async judge(scene) {
      const { history: known, proved } = await history.recall(scene)
      if (proved) return { is: 'absent', details: { proved: true } }
      const hours = known?.hours ?? []
      const all = hours.reduce((a, b) => a + b, 0)
      if (!(all >= leastLogins)) return { is: 'unjudged' }
      const hour = new Date(scene.at).getUTCHours()
      const near = [hour + 23, hour, hour + 1].reduce((sum, h) => sum + (hours[h % 24] ?? 0), 0)
      return near / all < below
        ? { is: 'present', details: { hour, share: near / all } }
        : { is: 'absent' }
    },
  }
}
