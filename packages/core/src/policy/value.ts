// Values while an expression runs: JSON, or unknown. A CEL error is unknown too.
import type { Json } from '../ports/json.ts'

export const UNKNOWN: unique symbol = Symbol('unknown')

export type Value = Json | typeof UNKNOWN

export type JsonMap = { readonly [key: string]: Json }

export function isList(value: Value): value is readonly Json[] {
  return Array.isArray(value)
}

/** Never by `constructor`: it differs between realms, and a claim may be called that. */
export function isMap(value: Value): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
