// velocity: more guarded actions in a short while than a person makes. Counted beside the path, in this process;
// crossing the limit emits a signal, which all instances hear.
import { LRUCache } from 'lru-cache'
import { ConfigurationError } from '../configuration-error.ts'
import type { Detector, Observation } from './detector.ts'

export interface VelocityOptions {
  /** More actions than this within `perMs` cross the limit. @default 30 */
  readonly limit?: number | undefined
  /** @default 60_000 */
  readonly perMs?: number | undefined
  /** How long the signal holds after the crossing. @default 600_000 */
  readonly holdMs?: number | undefined
}

interface Count {
  slot: number
  now: number
  before: number
  emittedIn: number
}

const PRESENT: Observation = { is: 'present' }
const ABSENT: Observation = { is: 'absent' }
const MOST_SUBJECTS = 100_000

/** Counts by two windows, the older one by the share that still overlaps: at most 16 bytes of numbers a subject. */
export function velocity(options: VelocityOptions = {}): Detector {
  const { limit = 30, perMs = 60_000, holdMs = 600_000 } = options
  for (const [name, value] of Object.entries({ limit, perMs, holdMs })) {
    if (Number.isSafeInteger(value) && value > 0) continue
    throw new ConfigurationError({
      code: 'velocity_malformed',
      path: `velocity.${name}`,
      problem: 'has to be a whole number above 0',
      got: String(value),
      fix: `Write for example velocity({ limit: 30, perMs: 60_000 }).`,
    })
  }
  const counts = new LRUCache<string, Count>({ max: MOST_SUBJECTS })

  function rate(count: Count | undefined, at: number): number {
    if (count === undefined) return 0
    const slot = Math.floor(at / perMs)
    if (count.slot === slot) return count.now + count.before * (1 - (at % perMs) / perMs)
    return count.slot === slot - 1 ? count.now * (1 - (at % perMs) / perMs) : 0
  }

  return {
    code: 'velocity',
    judge: ({ subject, at }) => (rate(counts.get(subject), at) > limit ? PRESENT : ABSENT),
    observe({ subject, at }, emit) {
      const slot = Math.floor(at / perMs)
      let count = counts.get(subject)
      if (count === undefined) {
        count = { slot, now: 0, before: 0, emittedIn: -1 }
        counts.set(subject, count)
      } else if (count.slot !== slot) {
        count.before = count.slot === slot - 1 ? count.now : 0
        count.slot = slot
        count.now = 0
      }
      count.now += 1
      // one signal a window, or a loop of requests would fill the feed
      if (count.emittedIn === slot || rate(count, at) <= limit) return
      count.emittedIn = slot
      emit({ code: 'velocity', share: 1, forMs: holdMs })
    },
  }
}
