// A compiled condition as a function of the facts and the risk.
import type { Condition } from './condition.ts'
import type { Facts, Truth } from './facts.ts'
import { prepareExpression } from './prepare-expression.ts'
import { factReaders } from './read-fact.ts'
import type { Risk } from './risk.ts'

/**
 * Turns a condition into closures, once, so that a request pays for comparisons alone. Pure; no code is made from
 * strings. A fact that is unknown, and every CEL error (no such key, overflow, a wrong type), makes the answer unknown,
 * unless `&&`, `||`, `?:`, `all` or `exists` is settled without it. Where `risk` is undefined `risk.level` is unknown.
 *
 * @throws Error where the tree has an operator or a fact that this version does not know
 */
export function prepareCondition(
  condition: Condition,
): (facts: Facts, risk: Risk | undefined) => Truth {
  const run = prepareExpression(condition.tree, factReaders)
  return function conditionHolds(facts, risk) {
    const value = run(facts, risk, null)
    return value === true ? 'true' : value === false ? 'false' : 'unknown'
  }
}
