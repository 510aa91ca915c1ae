// The name of a policy's content.
import { createHash } from 'node:crypto'
import { canonicalJson, type Json } from '@countersign/core'

/** SHA-256, hex, of the canonical JSON: YAML and JSON of the same content have the same. */
export function policyRevision(document: Json): string {
  return createHash('sha256').update(canonicalJson(document)).digest('hex')
}
