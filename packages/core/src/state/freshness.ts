// How old is what this instance knows? Stale is strict (law 6).
import type { Clock } from '../ports/clock.ts'

/** Wall and monotonic clock may drift apart by this much between two confirmations. */
const MAX_SKEW_MS = 30_000

export interface Freshness {
  /** The feed was read in order, and all that was acknowledged by `monotonic` (of this clock) is folded. */
  confirmed(monotonic: number): void
  /** True where no opt-out may be honoured. */
  isStale(): boolean
  /** Since the last confirmation, by the worse of both clocks; Infinity where there was none. */
  ageMs(): number
  /** Wall time of the last confirmation: evidence given at or after it still counts while stale. */
  lastConfirmedWall(): number | undefined
  /** Position or generation went back, or the order broke: stale until `caughtUp`, however fresh the heartbeats. */
  markBroken(): void
  caughtUp(): void
}

export function createFreshness(clock: Clock, maxStalenessMs: number): Freshness {
  let confirmedMonotonic = Number.NEGATIVE_INFINITY
  let confirmedWall = Number.NEGATIVE_INFINITY
  let broken = false
  let skewed = false

  function ageMs(): number {
    const monotonicAge = clock.monotonic() - confirmedMonotonic
    const wallAge = clock.now() - confirmedWall
    // remembered until the next confirmation: a clock that jumps forth and back is not trusted in between
    if (Math.abs(wallAge - monotonicAge) > MAX_SKEW_MS) skewed = true
    return Math.max(monotonicAge, wallAge)
  }

  return {
    confirmed(monotonic) {
      const now = clock.monotonic()
      const at = Math.min(monotonic, now)
      if (broken || !(at >= confirmedMonotonic)) return
      confirmedMonotonic = at
      confirmedWall = clock.now() - (now - at)
      skewed = false
    },
    isStale() {
      const fresh = ageMs() <= maxStalenessMs
      return broken || skewed || !fresh
    },
    ageMs,
    lastConfirmedWall: () => (Number.isFinite(confirmedWall) ? confirmedWall : undefined),
    markBroken() {
      broken = true
    },
    caughtUp() {
      broken = false
    },
  }
}
