// unfamiliar-login: how unusual the address and the browser are for this person, and how usual for all others.
import { type Detector, type Familiarity, scoreFromCounts } from '@countersign/core'
import { assertWithin } from './assert-within.ts'
import { ownCounts } from './history/subject-history.ts'
import { asShownBefore } from './login/as-shown-before.ts'
import type { LoginHistory } from './login/login-history.ts'
import { MISSING } from './login/login-traits.ts'

export interface UnfamiliarLoginOptions {
  readonly history: LoginHistory
  /** The score from which on it is present. It has no fixed scale: calibrate it on logins of your own. @default 0.1 */
  readonly from?: number | undefined
  /** The score from which on it counts in full; in between its share grows with the logarithm. @default 20 */
  readonly full?: number | undefined
}

/** Reading may have to wait for the store, once a login. */
const DEADLINE_MS = 1_000

/** @throws ConfigurationError `detector_option_malformed` */
export function unfamiliarLogin(options: UnfamiliarLoginOptions): Detector {
  const { history, from = 0.1, full = 20 } = options
  assertWithin('unfamiliarLogin', { from }, Number.MIN_VALUE)
  assertWithin('unfamiliarLogin', { full }, from)
  return {
    code: 'unfamiliar-login',
    deadlineMs: DEADLINE_MS,
    floor: 'MEDIUM',
    ...history.hears,
    async judge(scene) {
      const recalled = await history.recall(scene)
      if (recalled.proved) return { is: 'absent', details: { proved: true } }
      const own = ownCounts(recalled.history, scene.at)
      if (own === undefined) return { is: 'unjudged' }
      const values = asShownBefore(own.habits(), recalled.traits.values)
      // a client can leave its user agent out and spoil its address: that must not be better than a strange one
      for (const field of ['address', 'userAgent'] as const)
        if (values[field] === MISSING && !own.shows(field)) return { is: 'unknown' }
      const all = recalled.population.counts(own, scene.at)
      const familiarity = scoreFromCounts(all, own, { subject: scene.subject, ...values })
      if (familiarity === undefined || !Number.isFinite(familiarity.score)) return { is: 'unknown' }
      return toObservation(familiarity, from, full)
    },
  }
}

function toObservation({ score, neverShown }: Familiarity, from: number, full: number) {
  const details = { score }
  // what nobody ever saw is capped by the model: it would be calmer than a stranger's popular browser
  if (neverShown)
    return {
      is: 'present',
      share: Math.max(shareOf(score, from, full), 0.5),
      floor: 'MEDIUM',
      details,
    } as const
  return score < from
    ? ({ is: 'absent', details } as const)
    : ({ is: 'present', share: shareOf(score, from, full), details } as const)
}

function shareOf(score: number, from: number, full: number): number {
  if (score >= full) return 1
  return score <= from ? 0 : Math.log(score / from) / Math.log(full / from)
}
