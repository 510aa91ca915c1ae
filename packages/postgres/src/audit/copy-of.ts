// A subject or an id as the column beside the entry has it.
import { encodeText } from '../encode-text.ts'

export function copyOf(value: unknown): string | null {
  return typeof value === 'string' ? encodeText(value) : null
}
