// SHA-256 in one synchronous call, for the chain of the audit log.
import { createHash } from 'node:crypto'

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
