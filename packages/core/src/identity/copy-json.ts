// A frozen copy of a value that should be JSON, with bounds, so that no claim costs more than it is worth (T52).
import type { Json } from '../ports/json.ts'

const MAX_DEPTH = 8
const MAX_VALUES = 1000
const MAX_STRING_LENGTH = 4096

/** Undefined where it is not JSON (dates, functions, NaN, holes, class instances) or exceeds the bounds. */
export function copyJson(value: unknown): { readonly value: Json } | undefined {
  const copy = copyValue(value, MAX_DEPTH, { left: MAX_VALUES })
  return copy === undefined ? undefined : { value: copy }
}

/** `undefined` is no JSON, so it can stand for failure. */
function copyValue(value: unknown, depth: number, budget: { left: number }): Json | undefined {
  if (budget.left-- <= 0) return undefined
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value === 'string') return value.length <= MAX_STRING_LENGTH ? value : undefined
  if (typeof value !== 'object' || depth === 0) return undefined
  return Array.isArray(value) ? copyList(value, depth, budget) : copyMap(value, depth, budget)
}

function copyList(
  list: readonly unknown[],
  depth: number,
  budget: { left: number },
): Json | undefined {
  if (list.length > budget.left) return undefined
  const copy: Json[] = []
  for (let index = 0; index < list.length; index++) {
    const member = copyValue(list[index], depth - 1, budget)
    if (member === undefined) return undefined
    copy.push(member)
  }
  return Object.freeze(copy)
}

function copyMap(map: object, depth: number, budget: { left: number }): Json | undefined {
  const prototype: unknown = Object.getPrototypeOf(map)
  // of another realm too: JSON that was parsed in a sandbox
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return undefined
  if (Object.prototype.toString.call(map) !== '[object Object]') return undefined
  const names = Object.keys(map)
  if (names.length > budget.left) return undefined
  const copy: Record<string, Json> = {}
  for (const name of names) {
    if (name === '__proto__') return undefined
    const given = (map as Record<string, unknown>)[name]
    if (given === undefined) continue // as JSON.stringify does
    const member = copyValue(given, depth - 1, budget)
    if (member === undefined) return undefined
    copy[name] = member
  }
  return Object.freeze(copy)
}
