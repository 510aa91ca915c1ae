// Keeps a record within 4 kB, so that no request can fill the log with one.
import type { AuditEntry } from '../ports/audit-log.ts'
import type { Json } from '../ports/json.ts'
import { entryText, isAscii } from './chain-records.ts'

/** Of the entry's text in UTF-8; the rest of the 4 kB is the chain's part of the record. */
const MAX_ENTRY_BYTES = 3_700
const LONGEST_STRING = 200

export interface BoundEntry {
  readonly entry: AuditEntry
  readonly text: string
}

/** As `fitEntry`, but never throws: one note that is no JSON must not hold up the others. */
export function boundEntry(entry: AuditEntry): BoundEntry {
  try {
    return fitEntry(entry)
  } catch {
    return emptyEntry(entry, 'no JSON')
  }
}

/**
 * The entry as it will be kept: without its facts, then with only its short parts, where it is too large.
 *
 * @throws TypeError where it is no JSON
 */
export function fitEntry(entry: AuditEntry): BoundEntry {
  const whole = bound(entry)
  if (whole !== undefined) return whole
  const omitted = { omitted: 'too large' }
  const withoutFacts = 'facts' in entry ? bound({ ...entry, facts: omitted }) : undefined
  return (
    withoutFacts ??
    bound(shortParts(entry)) ??
    bound(identityOf(entry)) ??
    emptyEntry(entry, 'too large')
  )
}

function bound(entry: AuditEntry): BoundEntry | undefined {
  const text = entryText(entry)
  return byteLength(text) <= MAX_ENTRY_BYTES ? { entry, text } : undefined
}

function byteLength(text: string): number {
  // most entries need no encoding to be measured
  if (text.length > MAX_ENTRY_BYTES || isAscii(text)) return text.length
  return new TextEncoder().encode(text).length
}

function shortParts(entry: AuditEntry): AuditEntry {
  const parts: Record<string, Json> = {}
  for (const [key, value] of Object.entries(entry)) {
    if (typeof value === 'string') parts[key] = value.slice(0, LONGEST_STRING)
    else if (typeof value === 'number' || typeof value === 'boolean') parts[key] = value
    else if (value !== undefined && entryText(value as never).length <= LONGEST_STRING)
      parts[key] = value
  }
  return { ...parts, type: entry.type, at: entry.at, omitted: 'too large' }
}

function identityOf({ type, at, id, subject }: AuditEntry): AuditEntry {
  return {
    type,
    at,
    ...(id === undefined ? {} : { id: id.slice(0, LONGEST_STRING) }),
    ...(subject === undefined ? {} : { subject: subject.slice(0, LONGEST_STRING) }),
    omitted: 'too large',
  }
}

function emptyEntry({ type, at }: AuditEntry, omitted: string): BoundEntry {
  const entry: AuditEntry = { type, at: Number(at), omitted }
  return { entry, text: entryText(entry) }
}
