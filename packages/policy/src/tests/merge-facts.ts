// Facts laid over others: what is written in the upper ones takes the place of what was below.
import type { Json } from '@countersign/core'
import { isMapping } from '../facts/read-mapping.ts'

type Written = Readonly<Record<string, Json>>

/**
 * Mappings are merged key by key; lists, single values and facts such as `{ is: absent }` are replaced. Another action
 * has other attributes: what was below of the resource falls away with it.
 */
export function mergeFacts(below: Written, above: Written): Written {
  const { resource, ...rest } = below
  const isOther = above['action'] !== undefined && above['action'] !== below['action']
  const kept = isOther || resource === undefined ? rest : { ...rest, resource }
  const { subject } = kept
  // a subject may be written as its id alone
  return merge(typeof subject === 'string' ? { ...kept, subject: { id: subject } } : kept, above)
}

function merge(below: Written, above: Written): Written {
  const merged: Record<string, Json> = { ...below }
  for (const [key, value] of Object.entries(above)) {
    const old = below[key]
    merged[key] = isOpen(old) && isOpen(value) ? merge(old, value) : value
  }
  return merged
}

function isOpen(value: Json | undefined): value is Written {
  return isMapping(value) && !('is' in value)
}
