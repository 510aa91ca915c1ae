// Whether what was spent may have been forgotten: a backend that lost part of its history may have lost counters too.
import { type AssuranceLevels, CLOCK_LEEWAY_MS, lastMetAt } from '../policy/check-requirement.ts'
import type { Requirement } from '../policy/compiled-policy.ts'
import type { Facts } from '../policy/facts.ts'
import { SPENDING_KEPT_MS } from './spend-allowance.ts'

/**
 * False in the first generation of a feed; and where the requirement was met after the present one began, for an
 * allowance is counted from then on, and of that nothing was lost; and once all that was spent before would be over.
 */
export function isSpendingUncertain(
  begunAt: number | undefined,
  levels: AssuranceLevels,
  requirement: Requirement,
  { at, session }: Pick<Facts, 'at' | 'session'>,
): boolean {
  if (begunAt === undefined || at - begunAt > SPENDING_KEPT_MS) return false
  // the leeway: whoever tells of the step-up has another clock than whoever noticed the loss
  return !(lastMetAt(levels, requirement, session.factors, at) > begunAt + CLOCK_LEEWAY_MS)
}
