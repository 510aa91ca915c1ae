// Short hashes for what is kept: a history of logins is no list of addresses, and no login's secret is written down.
import { createHash } from 'node:crypto'

/** 72 bits, in base64url. */
export function hashOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 12)
}
