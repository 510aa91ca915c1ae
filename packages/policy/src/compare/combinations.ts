// Every combination of options, those that differ least from the plain one first.
import type { Options, Written } from './dimension.ts'

/** One option of each dimension. */
export type Combination = readonly Written[]

/**
 * Calls `visit` with each, until there are none left or it answers false.
 *
 * @returns whether all were visited
 */
export function eachCombination(
  dimensions: readonly Options[],
  visit: (combination: Combination) => boolean,
): boolean {
  const chosen: Written[] = dimensions.map(([plain = {}]) => plain)
  const walk = (from: number, changes: number): boolean => {
    if (changes === 0) return visit(chosen)
    for (let at = from; at <= dimensions.length - changes; at++) {
      const [plain = {}, ...others] = dimensions[at] ?? []
      for (const option of others) {
        chosen[at] = option
        if (!walk(at + 1, changes - 1)) return false
      }
      chosen[at] = plain
    }
    return true
  }
  for (let changes = 0; changes <= dimensions.length; changes++) if (!walk(0, changes)) return false
  return true
}
