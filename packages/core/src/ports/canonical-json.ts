// One text for each JSON value, whatever the order of its keys: what is hashed, and what is signed.
import type { Json } from './json.ts'

/** Keys sorted by UTF-16 code units, no white space; a member that is `undefined` is absent. */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value as Readonly<Record<string, Json>>)
  const members = entries
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`)
  return `{${members.join(',')}}`
}
