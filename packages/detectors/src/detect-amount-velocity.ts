// amount-velocity: more is moved within a window than the limit says. Counted beside the path, in this process; what
// crosses the limit is told to all instances.
import {
  ConfigurationError,
  type Detector,
  describeValue,
  type Observation,
} from '@countersign/core'
import { LRUCache } from 'lru-cache'
import { assertWithin } from './assert-within.ts'

export interface AmountVelocityOptions {
  /** The attribute that is summed up, over all actions that declare it. */
  readonly of: string
  /** More than this within `perMs` is too much, what is asked for now included. */
  readonly limit: number
  /** @default 24 hours */
  readonly perMs?: number | undefined
}

interface Moved {
  /** Oldest first; of one slot together. */
  readonly slots: { slot: number; sum: number }[]
}

const SLOTS = 24
const MOST_SUBJECTS = 100_000
const ABSENT: Observation = { is: 'absent' }

/**
 * Only what went ahead is counted: whoever is refused moves nothing. An amount that is unknown makes the signal unknown.
 *
 * @throws ConfigurationError `detector_option_malformed`
 */
export function amountVelocity({ of, limit, perMs = 86_400_000 }: AmountVelocityOptions): Detector {
  assertWithin('amountVelocity', { limit }, 0)
  assertWithin('amountVelocity', { perMs }, SLOTS)
  assertAttribute(of)
  const slotMs = perMs / SLOTS
  const moved = new LRUCache<string, Moved>({ max: MOST_SUBJECTS })

  function sumOf(subject: string, at: number): number {
    const first = Math.floor(at / slotMs) - SLOTS
    let sum = 0
    // the oldest slot counts in full: rather a little longer than a little too short
    for (const { slot, sum: some } of moved.get(subject)?.slots ?? [])
      if (slot >= first) sum += some
    return sum
  }

  function add(subject: string, at: number, amount: number): void {
    const slot = Math.floor(at / slotMs)
    const known = moved.get(subject) ?? { slots: [] }
    const last = known.slots.at(-1)
    if (last !== undefined && last.slot >= slot) last.sum += amount
    else known.slots.push({ slot, sum: amount })
    if (known.slots.length > SLOTS + 1) known.slots.shift()
    moved.set(subject, known)
  }

  return {
    code: 'amount-velocity',
    judge({ resource, subject, at }) {
      const fact = resource[of]
      if (fact?.is === 'unknown') return { is: 'unknown' }
      const asked = fact?.is === 'known' ? fact.value : 0
      // below nothing would make room for more
      if (typeof asked !== 'number' || !(asked >= 0)) return { is: 'unknown' }
      const sum = sumOf(subject, at) + asked
      return sum > limit ? { is: 'present', details: { sum, limit } } : ABSENT
    },
    observe({ resource, subject, at }, emit, outcome) {
      const fact = resource[of]
      if (outcome === 'challenge' || outcome === 'deny' || fact?.is !== 'known') return
      if (typeof fact.value !== 'number' || !(fact.value > 0)) return
      const before = sumOf(subject, at)
      add(subject, at, fact.value)
      // once, at the crossing: the others hear of it and count no further
      if (before <= limit && before + fact.value > limit)
        emit({ code: 'amount-velocity', share: 1, forMs: perMs })
    },
  }
}

function assertAttribute(of: string): void {
  if (typeof of === 'string' && of !== '') return
  throw new ConfigurationError({
    code: 'detector_option_malformed',
    path: 'amountVelocity.of',
    problem: 'must name an attribute that actions declare',
    got: describeValue(of),
    fix: "Write amountVelocity({ of: 'amount', limit: 1000 }).",
  })
}
