// A clock that stands still until it is told.
import type { Clock } from '@countersign/core'

export interface FakeClock extends Clock {
  /** Lets time pass, on both clocks. */
  advance(ms: number): void
  /** Sets the wall clock forth or back, as an administrator or NTP does. */
  jump(ms: number): void
}

/** @param start milliseconds since the epoch */
export function fakeClock(start: number = Date.UTC(2027, 0, 15, 12)): FakeClock {
  let wall = start
  let monotonic = 1000
  return {
    now: () => wall,
    monotonic: () => monotonic,
    advance(ms) {
      wall += ms
      monotonic += ms
    },
    jump(ms) {
      wall += ms
    },
  }
}
