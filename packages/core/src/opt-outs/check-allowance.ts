// Kind allowance, as far as it can be told without spending: the amount is known and small enough by itself.
import type { Facts } from '../policy/facts.ts'
import { fails, HOLDS, type KindCheck, undecided } from './opt-out-check.ts'

export function prepareAllowance(optOut: {
  readonly of: string
  readonly each: number
}): KindCheck {
  return function checkAllowance(facts) {
    const amount = readAmount(facts, optOut.of)
    if (amount === undefined) return undecided('amount_unknown')
    return amount <= optOut.each ? HOLDS : fails('amount_too_large')
  }
}

/** The amount that an allowance counts; a negative one would give back what was spent, so it is none. */
export function readAmount(facts: Facts, of: string): number | undefined {
  const fact = Object.hasOwn(facts.resource, of) ? facts.resource[of] : undefined
  if (fact?.is !== 'known' || typeof fact.value !== 'number') return undefined
  return fact.value >= 0 && Number.isFinite(fact.value) ? fact.value : undefined
}
