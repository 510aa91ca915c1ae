// Three-valued logic: what is settled without an unknown part stays settled, whatever the order.
import { equalValues } from './compare-values.ts'
import type { ComprehensionOp } from './expression.ts'
import type { Run } from './run.ts'
import { isList, isMap, UNKNOWN, type Value } from './value.ts'

/** A longer list or map in `all`, `exists` or `exists_one` is unknown: the policy does not bound claims. */
const MAX_COMPREHENSION_ITEMS = 1_000

/** `&&` is settled by false, `||` by true. */
export function joined<Source>(parts: readonly Run<Source>[], settledBy: boolean): Run<Source> {
  return (source, risk, item) => {
    let answer: Value = !settledBy
    for (let at = 0; at < parts.length; at++) {
      const value = (parts[at] as Run<Source>)(source, risk, item)
      if (value === settledBy) return settledBy
      if (value !== !settledBy) answer = UNKNOWN
    }
    return answer
  }
}

/** Where the test is unknown the answer is what both arms agree on, if they do. */
export function either<Source>(test: Run<Source>, yes: Run<Source>, no: Run<Source>): Run<Source> {
  return (source, risk, item) => {
    const holds = test(source, risk, item)
    if (holds === true) return yes(source, risk, item)
    if (holds === false) return no(source, risk, item)
    const value = yes(source, risk, item)
    return equalValues(value, no(source, risk, item)) === true ? value : UNKNOWN
  }
}

/** Over the items of a list or the keys of a map. */
export function quantified<Source>(
  op: ComprehensionOp,
  over: Run<Source>,
  test: Run<Source>,
): Run<Source> {
  const count = op === 'exists-one' ? exactlyOne : anySettles
  return (source, risk, item) => {
    const range = over(source, risk, item)
    const items = isList(range) ? range : isMap(range) ? Object.keys(range) : undefined
    if (items === undefined || items.length > MAX_COMPREHENSION_ITEMS) return UNKNOWN
    return count((value) => test(source, risk, value), items, op === 'exists')
  }
}

function anySettles(
  test: (item: Value) => Value,
  items: readonly Value[],
  settledBy: boolean,
): Value {
  let answer: Value = !settledBy
  for (const item of items) {
    const value = test(item)
    if (value === settledBy) return settledBy
    if (value !== !settledBy) answer = UNKNOWN
  }
  return answer
}

/** Settled by nothing before the end: an unknown item may be the one. */
function exactlyOne(test: (item: Value) => Value, items: readonly Value[]): Value {
  let found = 0
  for (const item of items) {
    const value = test(item)
    if (typeof value !== 'boolean') return UNKNOWN
    if (value) found++
  }
  return found === 1
}
