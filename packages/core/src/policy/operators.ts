// The strict operators: each takes known values, and answers unknown where CEL has an error.
import type { Json } from '../ports/json.ts'
import { equalValues, holdsValue, orderValues } from './compare-values.ts'
import type { BinaryOp, UnaryOp } from './expression.ts'
import { isList, isMap, UNKNOWN, type Value } from './value.ts'

export type UnaryOperator = (of: Json) => Value
export type BinaryOperator = (left: Json, right: Json) => Value

export const unaryOperators: Readonly<Record<UnaryOp, UnaryOperator>> = {
  not: (of) => (typeof of === 'boolean' ? !of : UNKNOWN),
  'negate-int': (of) => safeInt(-(of as number)),
  'negate-double': (of) => -(of as number),
  size: sizeOf,
  'to-int': toInt,
  'to-double': toDouble,
  'to-string': toText,
  'int-to-string': (of) => String(of),
}

// the compiler settled the operands' types, so numbers are numbers; what may be of any type is looked at
export const binaryOperators: Readonly<Record<BinaryOp, BinaryOperator>> = {
  eq: equalValues,
  ne: (a, b) => negated(equalValues(a, b)),
  lt: (a, b) => {
    if (typeof a === 'number' && typeof b === 'number') return a < b
    const order = orderValues(a, b)
    return order === undefined ? UNKNOWN : order < 0
  },
  le: (a, b) => {
    if (typeof a === 'number' && typeof b === 'number') return a <= b
    const order = orderValues(a, b)
    return order === undefined ? UNKNOWN : order <= 0
  },
  gt: (a, b) => {
    if (typeof a === 'number' && typeof b === 'number') return a > b
    const order = orderValues(a, b)
    return order === undefined ? UNKNOWN : order > 0
  },
  ge: (a, b) => {
    if (typeof a === 'number' && typeof b === 'number') return a >= b
    const order = orderValues(a, b)
    return order === undefined ? UNKNOWN : order >= 0
  },
  in: (wanted, collection) => holdsValue(collection, wanted),
  index: itemAt,
  'add-int': (a, b) => safeInt((a as number) + (b as number)),
  'subtract-int': (a, b) => safeInt((a as number) - (b as number)),
  'multiply-int': (a, b) => safeInt((a as number) * (b as number)),
  'divide-int': (a, b) => quotient(a as number, b as number),
  'modulo-int': (a, b) => safeInt((a as number) % (b as number)),
  'add-double': (a, b) => (a as number) + (b as number),
  'subtract-double': (a, b) => (a as number) - (b as number),
  'multiply-double': (a, b) => (a as number) * (b as number),
  'divide-double': (a, b) => (a as number) / (b as number),
  'add-string': (a, b) => (a as string) + (b as string),
  'add-list': (a, b) => [...(a as readonly Json[]), ...(b as readonly Json[])],
  'starts-with': (a, b) => onTexts(a, b, (text, part) => text.startsWith(part)),
  'ends-with': (a, b) => onTexts(a, b, (text, part) => text.endsWith(part)),
  contains: (a, b) => onTexts(a, b, (text, part) => text.includes(part)),
}

/** An item of a list, or the value of a map's own key. */
export function itemAt(of: Value, key: Json): Value {
  if (isList(of))
    return typeof key === 'number' && Object.hasOwn(of, key) ? (of[key] as Json) : UNKNOWN
  if (isMap(of) && typeof key === 'string' && Object.hasOwn(of, key)) return of[key] as Json
  return UNKNOWN
}

function negated(value: boolean | typeof UNKNOWN): Value {
  return value === UNKNOWN ? UNKNOWN : !value
}

/** Beyond ±(2^53 - 1) a double no longer tells integers apart. `+ 0`: an integer has no negative zero. */
function safeInt(value: number): Value {
  return Number.isSafeInteger(value) ? value + 0 : UNKNOWN
}

/** Exact, which `Math.trunc(a / b)` need not be. Division by zero gives NaN, which is no integer. */
function quotient(a: number, b: number): Value {
  return safeInt((a - (a % b)) / b)
}

function onTexts(a: Json, b: Json, test: (text: string, part: string) => boolean): Value {
  return typeof a === 'string' && typeof b === 'string' ? test(a, b) : UNKNOWN
}

function sizeOf(of: Json): Value {
  if (typeof of === 'string') return codePoints(of)
  if (isList(of)) return of.length
  return isMap(of) ? Object.keys(of).length : UNKNOWN
}

function codePoints(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

function toInt(of: Json): Value {
  if (typeof of === 'number') return safeInt(Math.trunc(of))
  return typeof of === 'string' && /^[+-]?\d{1,20}$/.test(of) ? safeInt(Number(of)) : UNKNOWN
}

function toDouble(of: Json): Value {
  if (typeof of === 'number') return of
  if (typeof of !== 'string' || of.length > 400) return UNKNOWN
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(of)) return UNKNOWN
  const value = Number(of)
  return Number.isFinite(value) ? value : UNKNOWN
}

/** A number of no static type stays unknown: CEL writes 3 and 3.0 differently, JSON cannot tell them apart. */
function toText(of: Json): Value {
  if (typeof of === 'string') return of
  return typeof of === 'boolean' ? String(of) : UNKNOWN
}
