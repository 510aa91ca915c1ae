// Reads the audit log of a data directory without opening it: offline, or while an app writes to it.
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type AuditQuery, type AuditRecord, matchesQuery } from '@countersign/core'
import { listChains, listSegments, parseRecordLine } from './audit-segments.ts'
import { dataDirectory } from './data-directory.ts'
import { readLines } from './read-lines.ts'

export interface ReadAuditOptions {
  /** At most so many of each chain's that are there: the last ones. @default all */
  readonly last?: number | undefined
  /** Goes on with what is written meanwhile and later, until it is aborted. */
  readonly follow?: AbortSignal | undefined
}

const LOOK_EVERY_MS = 200

/**
 * The records that answer the query, in the order of each chain. Lines that are no records are left out:
 * `verifyAuditDirectory` finds them.
 */
export async function* readAuditDirectory(
  dir: string,
  query: AuditQuery,
  { last = Number.POSITIVE_INFINITY, follow }: ReadAuditOptions = {},
): AsyncGenerator<AuditRecord> {
  const { audit } = dataDirectory(dir)
  // before the reading: what is written during it is met again, and told apart by its number
  const readTo = await sizesOf(audit)
  const given = new Map<string, number>()
  for (const record of await lastRecords(audit, query, last)) {
    given.set(record.chain, record.seq)
    yield record
  }
  while (follow !== undefined && !follow.aborted) {
    for (const path of (await sizesOf(audit)).keys()) {
      for await (const { text, at } of readLines(path, readTo.get(path) ?? 0)) {
        readTo.set(path, at + Buffer.byteLength(text) + 1)
        const record = parseRecordLine(text)
        if (record === undefined || !matchesQuery(record, query)) continue
        if (record.seq > (given.get(record.chain) ?? 0)) yield record
      }
    }
    await wait(LOOK_EVERY_MS, undefined, { signal: follow }).catch(() => {})
  }
}

/** From the end, a segment at a time: a log is larger than what is asked for. */
async function lastRecords(
  audit: string,
  query: AuditQuery,
  most: number,
): Promise<readonly AuditRecord[]> {
  const found: AuditRecord[] = []
  for (const chain of query.chain === undefined ? await listChains(audit) : [query.chain]) {
    let ofChain: AuditRecord[] = []
    for (const { path } of (await listSegments(join(audit, chain))).reverse()) {
      if (ofChain.length >= most) break
      ofChain = [...(await matching(path, query)), ...ofChain]
    }
    found.push(...ofChain.slice(Math.max(0, ofChain.length - most)))
  }
  return found
}

async function matching(path: string, query: AuditQuery): Promise<AuditRecord[]> {
  const records: AuditRecord[] = []
  const needle = query.decision ?? query.subject
  const plain = needle !== undefined && /^[\w:.@-]+$/.test(needle) ? needle : undefined
  for await (const { text } of readLines(path)) {
    // a line without it cannot match, and need not be parsed
    if (plain !== undefined && !text.includes(plain)) continue
    const record = parseRecordLine(text)
    if (record !== undefined && matchesQuery(record, query)) records.push(record)
  }
  return records
}

async function sizesOf(audit: string): Promise<Map<string, number>> {
  const sizes = new Map<string, number>()
  for (const chain of await listChains(audit)) {
    for (const { path, bytes } of await listSegments(join(audit, chain))) sizes.set(path, bytes)
  }
  return sizes
}
