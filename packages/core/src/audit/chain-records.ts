// The chain: each record's hash covers the one before it, so that no record can be changed, removed or swapped alone.
import type { AuditEntry, AuditRecord, ChainEnd, SealedRecord } from '../ports/audit-log.ts'

export const FIRST_PREVIOUS: string = '0'.repeat(64)

/** SHA-256 of a UTF-8 text in lower-case hex; synchronous where the platform has it. */
export type Sha256 = (text: string) => string | Promise<string>

export const EMPTY_CHAIN: ChainEnd = Object.freeze({ seq: 0, hash: FIRST_PREVIOUS })

// What JSON leaves as it is though a terminal or a log viewer acts on it: DEL and C1 (CSI among them), line separators,
// marks that turn the direction of text (T48).
const NOT_ASCII = /[\u007f-\uffff]/
const UNPRINTABLE = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** The entry as one line of printable JSON: what is hashed and what is kept. */
export function entryText(entry: AuditEntry): string {
  const text = JSON.stringify(entry)
  return isAscii(text) ? text : text.replace(UNPRINTABLE, escapeUnit)
}

/** Most texts are: one look then tells that nothing is to be escaped, and that a unit is a byte. DEL does not count. */
export function isAscii(text: string): boolean {
  return !NOT_ASCII.test(text)
}

/** What the hash is taken of. No part can run into the next: none but the last may hold a line break. */
export function hashedText(previous: string, chain: string, seq: number, text: string): string {
  return `${previous}\n${chain}\n${seq}\n${text}`
}

export function sealRecord(
  chain: string,
  end: ChainEnd,
  entry: AuditEntry,
  text: string,
  hash: string,
): SealedRecord {
  return { chain, seq: end.seq + 1, previous: end.hash, hash, entry, text }
}

export interface ChainProblem {
  readonly chain: string
  /** The record, or the first of several. */
  readonly seq: number
  readonly kind: 'changed' | 'missing' | 'out_of_order' | 'unlinked' | 'truncated'
  readonly text: string
}

export interface ChainReport {
  readonly chain: string
  readonly records: number
  readonly end: ChainEnd
  readonly problems: readonly ChainProblem[]
}

/** Told at most so many problems per chain: after the first few the rest says nothing new. */
const PROBLEMS_TOLD = 100

/**
 * Checks one chain's records in the order of the log. A cut tail shows only against `head`, an end that was kept apart
 * from the log; records after it are not yet covered by it and are no problem. `start`: the last record that was dropped
 * when its time was over.
 */
export async function verifyChain(
  chain: string,
  records: AsyncIterable<AuditRecord> | Iterable<AuditRecord>,
  sha256: Sha256,
  head?: ChainEnd,
  start: ChainEnd = EMPTY_CHAIN,
): Promise<ChainReport> {
  const problems: ChainProblem[] = []
  let end = start
  let count = 0
  let headSeen = head === undefined || head.seq <= start.seq

  function tell(seq: number, kind: ChainProblem['kind'], text: string): void {
    if (problems.length < PROBLEMS_TOLD) problems.push({ chain, seq, kind, text })
  }

  for await (const record of records) {
    count += 1
    const { seq, previous, hash } = record
    const due = end.seq + 1
    if (seq > due) {
      tell(
        due,
        'missing',
        seq === due + 1 ? `record ${due} is missing` : `records ${due} to ${seq - 1} are missing`,
      )
    } else if (seq < due) {
      tell(seq, 'out_of_order', `record ${seq} comes where ${due} was due`)
    } else if (previous !== end.hash) {
      tell(
        seq,
        'unlinked',
        `record ${seq} does not follow record ${end.seq} as that stands in the log`,
      )
    }
    const text = hashedText(previous, record.chain, seq, entryText(record.entry))
    const computed = sha256(text)
    const actual = typeof computed === 'string' ? computed : await computed
    if (actual !== hash || record.chain !== chain) tell(seq, 'changed', `record ${seq} was changed`)
    if (head !== undefined && seq === head.seq) {
      headSeen = true
      if (hash !== head.hash) {
        tell(
          seq,
          'changed',
          `record ${seq} is not the one that was written: the chain was written anew`,
        )
      }
    }
    if (seq >= due) end = { seq, hash }
  }
  if (head !== undefined && !headSeen) {
    const first = end.seq + 1
    const which =
      first >= head.seq ? `record ${head.seq} was` : `records ${first} to ${head.seq} were`
    tell(first, 'truncated', `${which} cut off`)
  }
  return { chain, records: count, end, problems }
}

function escapeUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
