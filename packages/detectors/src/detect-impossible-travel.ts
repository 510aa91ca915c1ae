// impossible-travel: nobody gets from any of the last places to this one so fast.
import type { Detector } from '@countersign/core'
import { assertWithin } from './assert-within.ts'
import type { VisitedPlace } from './history/subject-history.ts'
import type { LoginHistory } from './login/login-history.ts'
import { distanceKm } from './network/distance-km.ts'
import type { Place } from './network/network.ts'

export interface ImpossibleTravelOptions {
  /** One with a geography that knows places. */
  readonly history: LoginHistory
  /** @default 1000, as fast as airliners are */
  readonly fasterThanKmh?: number | undefined
}

/** Databases are out by so much beyond what they say. */
const TOLERANCE_KM = 100
const HOUR_MS = 3_600_000
const DEADLINE_MS = 1_000

/**
 * Judged once a login, by the last five places where the person signed in. Networks that hide where somebody is (VPNs,
 * relays, satellites, hosting) are neither kept nor judged: unjudged.
 *
 * @throws ConfigurationError `detector_option_malformed`
 */
export function impossibleTravel({
  history,
  fasterThanKmh = 1000,
}: ImpossibleTravelOptions): Detector {
  assertWithin('impossibleTravel', { fasterThanKmh }, 1)
  return {
    code: 'impossible-travel',
    deadlineMs: DEADLINE_MS,
    ...history.hears,
    async judge(scene) {
      const { traits, history: known, proved } = await history.recall(scene)
      if (proved) return { is: 'absent', details: { proved: true } }
      if (scene.address.is !== 'known') return { is: 'unknown' }
      const { place } = traits
      if (place === undefined || known === undefined || known.places.length === 0)
        return { is: 'unjudged' }
      const kmh = Math.max(...known.places.map((from) => speedKmh(from, place, scene.at)))
      return kmh > fasterThanKmh
        ? { is: 'present', details: { kmh: Math.min(Math.round(kmh), 1_000_000) } }
        : { is: 'absent' }
    },
  }
}

/** Infinite where there is way to go and no time; a clock that went back gives none. */
function speedKmh(from: VisitedPlace, to: Place, at: number): number {
  const km = distanceKm(from, to) - from.accuracyKm - to.accuracyKm - TOLERANCE_KM
  return km <= 0 ? 0 : km / (Math.max(0, at - from.at) / HOUR_MS)
}
