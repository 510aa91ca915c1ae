// Seeded randomness: the same seed gives the same people, logins and attacks.

export interface Random {
  /** From 0 to 1, without 1. */
  next(): number
  /** A whole number below `limit`. */
  below(limit: number): number
  chance(probability: number): boolean
  pick<T>(some: readonly T[]): T
  /** By the weight that comes with each. */
  weighted<T>(some: readonly (readonly [T, number])[]): T
  normal(mean: number, deviation: number): number
}

/** mulberry32 */
export function createRandom(seed: number): Random {
  let state = seed >>> 0

  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }

  const below = (limit: number) => Math.floor(next() * limit)
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (some) => some[below(some.length)] as never,
    weighted(some) {
      let left = next() * some.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [one, weight] of some) {
        left -= weight
        if (left < 0) return one
      }
      return some.at(-1)?.[0] as never
    },
    normal: (mean, deviation) =>
      mean + deviation * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  }
}
