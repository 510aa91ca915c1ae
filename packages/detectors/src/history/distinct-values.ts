// How many different values there were within six months, from a sample of them by their hashes: exact while they are
// few, close where they are many, and mergeable.
import { createHash } from 'node:crypto'
import { KEPT_MS } from './decay.ts'

export interface DistinctValues {
  add(value: string, at: number): void
  estimate(at: number): number
  merge(other: DistinctSample): void
  sample(): DistinctSample
}

export interface DistinctSample {
  /** From 0 to 1: values whose hash is above it are not in the sample. */
  readonly horizon: number
  /** Hash, from 0 to 1, and the day when it was seen last. */
  readonly seen: readonly (readonly [hash: number, day: number])[]
}

/** Half of it at least is kept: within 6 % in two cases of three. */
const MOST = 512
const DAY_MS = 86_400_000
const KEPT_DAYS = KEPT_MS / DAY_MS

export function distinctValues(from: DistinctSample = { horizon: 1, seen: [] }): DistinctValues {
  let { horizon } = from
  const seen = new Map<number, number>(from.seen)

  function put(hash: number, day: number): void {
    if (hash > horizon) return
    seen.set(hash, Math.max(day, seen.get(hash) ?? day))
    if (seen.size > MOST) forget(day - KEPT_DAYS)
    while (seen.size > MOST) narrow(horizon / 2)
  }

  function forget(before: number): void {
    for (const [hash, day] of seen) if (day < before) seen.delete(hash)
  }

  function narrow(to: number): void {
    horizon = Math.min(horizon, to)
    for (const hash of seen.keys()) if (hash > horizon) seen.delete(hash)
  }

  return {
    add: (value, at) => put(hashToUnit(value), Math.floor(at / DAY_MS)),
    estimate(at) {
      let alive = 0
      for (const day of seen.values()) if (day >= Math.floor(at / DAY_MS) - KEPT_DAYS) alive += 1
      return alive / horizon
    },
    merge(other) {
      narrow(other.horizon)
      for (const [hash, day] of other.seen) put(hash, day)
    },
    sample: () => ({ horizon, seen: [...seen] }),
  }
}

function hashToUnit(value: string): number {
  return createHash('sha256').update(value).digest().readUIntBE(0, 6) / 2 ** 48
}
