// Equality and order as CEL has them: numbers by value whatever their type, strings by code point.
import { isList, isMap, type JsonMap, UNKNOWN, type Value } from './value.ts'

/** Two claims may both be deeper than the stack: below this depth the answer is unknown. */
const MAX_DEPTH = 64

export function equalValues(a: Value, b: Value): boolean | typeof UNKNOWN {
  return equalWithin(a, b, MAX_DEPTH)
}

/** Negative, 0 or positive; NaN where one of them is NaN; undefined where the two have no order. */
export function orderValues(a: Value, b: Value): number | undefined {
  if (typeof a === 'number' && typeof b === 'number') return orderNumbers(a, b)
  if (typeof a === 'string' && typeof b === 'string') return a === b ? 0 : orderStrings(a, b)
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  return undefined
}

/** Whether the list holds an equal item, or the map the key. */
export function holdsValue(collection: Value, wanted: Value): boolean | typeof UNKNOWN {
  if (wanted === UNKNOWN) return UNKNOWN
  if (isList(collection)) return listHolds(collection, wanted)
  if (!isMap(collection)) return UNKNOWN
  if (typeof wanted === 'string') return Object.hasOwn(collection, wanted)
  // a key may be a number or a boolean in CEL, though none is here; anything else is an error
  return typeof wanted === 'object' ? UNKNOWN : false
}

function equalWithin(a: Value, b: Value, depth: number): boolean | typeof UNKNOWN {
  if (a === UNKNOWN || b === UNKNOWN) return UNKNOWN
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (depth === 0) return UNKNOWN
  if (isList(a)) return isList(b) && equalLists(a, b, depth)
  return isMap(a) && isMap(b) && equalMaps(a, b, depth)
}

function equalLists(
  a: readonly Value[],
  b: readonly Value[],
  depth: number,
): boolean | typeof UNKNOWN {
  if (a.length !== b.length) return false
  let answer: boolean | typeof UNKNOWN = true
  for (let at = 0; at < a.length; at++) {
    const equal = equalWithin(a[at] as Value, b[at] as Value, depth - 1)
    if (equal === false) return false
    if (equal === UNKNOWN) answer = UNKNOWN
  }
  return answer
}

function equalMaps(a: JsonMap, b: JsonMap, depth: number): boolean | typeof UNKNOWN {
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  let answer: boolean | typeof UNKNOWN = true
  for (const key of keys) {
    if (!Object.hasOwn(b, key)) return false
    const equal = equalWithin(a[key] as Value, b[key] as Value, depth - 1)
    if (equal === false) return false
    if (equal === UNKNOWN) answer = UNKNOWN
  }
  return answer
}

function listHolds(list: readonly Value[], wanted: Value): boolean | typeof UNKNOWN {
  let answer: boolean | typeof UNKNOWN = false
  for (const item of list) {
    const equal = equalValues(item, wanted)
    if (equal === true) return true
    if (equal === UNKNOWN) answer = UNKNOWN
  }
  return answer
}

/** Not by subtraction: Infinity is equal to itself. */
function orderNumbers(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : a === b ? 0 : Number.NaN
}

/** `<` on strings goes by UTF-16 unit, which puts U+FFFF after U+10000: the halves of a pair count as the higher. */
function orderStrings(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const left = a.charCodeAt(at)
    const right = b.charCodeAt(at)
    if (left !== right) return rank(left) - rank(right)
  }
  return a.length - b.length
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}
