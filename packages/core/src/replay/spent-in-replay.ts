// What a candidate's allowances would have spent, counted as spend-allowance.ts does, over records in their order.
import type { DrySpending } from '../explain/explain-facts.ts'
import { type AssuranceLevels, lastMetAt } from '../policy/check-requirement.ts'
import type { Facts } from '../policy/facts.ts'

export interface SpentInReplay {
  hasRoom(spending: DrySpending, facts: Facts): boolean
  spend(spending: DrySpending, facts: Facts): void
}

interface Spent {
  since: number
  total: number
  count: number
}

/** At the start of the replay nothing was spent. */
export function createSpentInReplay(levels: AssuranceLevels): SpentInReplay {
  const spent = new Map<string, Spent>()

  function read({ optOut, rule }: DrySpending, facts: Facts): Spent {
    const key = JSON.stringify([facts.subject.id, optOut, rule.rule])
    const metAt = lastMetAt(levels, rule.requirement, facts.session.factors, facts.at)
    let known = spent.get(key)
    if (known === undefined || metAt > known.since) {
      known = { since: metAt, total: 0, count: 0 }
      spent.set(key, known)
    }
    return known
  }

  return {
    hasRoom(spending, facts) {
      const { total, count } = read(spending, facts)
      const { allowance, amount } = spending
      return total + amount <= allowance.total && count + 1 <= allowance.count
    },
    spend(spending, facts) {
      const known = read(spending, facts)
      known.total += spending.amount
      known.count += 1
    },
  }
}
