// The audit log as commands read it: the files of a data directory, or the log that instances share.
import { setTimeout as wait } from 'node:timers/promises'
import type { AuditLog, AuditQuery, AuditRecord } from '@countersign/core'
import {
  type ReadAuditOptions,
  readAuditDirectory,
  type ScanOptions,
  scanAuditDirectory,
} from '@countersign/node'
import type { Context } from './context.ts'
import type { SharedBackend } from './reach-backend.ts'
import { isDataDirectory, nothingThere, requireSecrets } from './reach-operator.ts'
import { reached } from './reached.ts'

export interface AuditBatch {
  readonly records: readonly AuditRecord[]
  /** 0 to 1; `undefined` where nobody knows how long the log is. */
  readonly share: number | undefined
}

const LOOK_EVERY_MS = 500
/** An instance whose clock is behind writes what looks older. */
const CLOCKS_APART_MS = 60_000
/** How far back the last records are looked for, step by step. */
const WINDOWS_MS = [600_000, 86_400_000, 30 * 86_400_000, Number.POSITIVE_INFINITY]
const BATCH = 500

/** The records that answer the query; with `last` only so many of the last, with `follow` also those that are added. */
export async function* readAudit(
  context: Context,
  query: AuditQuery,
  options: ReadAuditOptions = {},
): AsyncGenerator<AuditRecord> {
  const { shared, data } = context
  if (shared === undefined) {
    if (!isDataDirectory(data)) throw nothingThere(data)
    yield* readAuditDirectory(data, query, options)
    return
  }
  const log = await openLog(context, shared)
  try {
    yield* readLog(log, query, options)
  } finally {
    await log.close()
  }
}

/** All of it from a moment on. */
export async function* scanAudit(
  context: Context,
  options: ScanOptions,
): AsyncGenerator<AuditBatch> {
  const { shared, data } = context
  if (shared === undefined) {
    if (!isDataDirectory(data)) throw nothingThere(data)
    for await (const { records, readBytes, totalBytes } of scanAuditDirectory(data, options))
      yield { records, share: readBytes / totalBytes }
    return
  }
  const { from } = options
  let records: AuditRecord[] = []
  for await (const record of readAudit(context, from === undefined ? {} : { from })) {
    records.push(record)
    if (records.length < BATCH) continue
    yield { records, share: undefined }
    records = []
  }
  yield { records, share: undefined }
}

async function openLog(context: Context, shared: SharedBackend): Promise<AuditLog> {
  const secrets = requireSecrets(context)
  return reached((await shared.audit()).open({ secrets }))
}

async function* readLog(
  log: AuditLog,
  query: AuditQuery,
  { last, follow }: ReadAuditOptions,
): AsyncGenerator<AuditRecord> {
  const given = new Map<string, number>()
  let from = Date.now()
  for await (const record of last === undefined ? log.read(query) : lastOf(log, query, last)) {
    given.set(record.chain, Math.max(record.seq, given.get(record.chain) ?? 0))
    yield record
  }
  // what lies before was there already, whether or not it was among the last
  const began = from
  while (follow !== undefined && !follow.aborted) {
    const next = Date.now()
    for await (const record of log.read({ ...query, from: from - CLOCKS_APART_MS })) {
      const known = given.get(record.chain)
      if (known === undefined ? record.entry.at < began : record.seq <= known) continue
      given.set(record.chain, record.seq)
      yield record
    }
    from = next
    await wait(LOOK_EVERY_MS, undefined, { signal: follow }).catch(() => {})
  }
}

/** By time, for each instance has a chain of its own. Looks back further and further: a log is larger than what is asked for. */
async function* lastOf(
  log: AuditLog,
  query: AuditQuery,
  most: number,
): AsyncGenerator<AuditRecord> {
  const now = Date.now()
  let found: AuditRecord[] = []
  for (const window of WINDOWS_MS) {
    found = []
    for await (const record of log.read({ ...query, from: Math.max(0, now - window) })) {
      found.push(record)
      if (found.length > most + 1_000) found = newest(found, most)
    }
    if (found.length >= most) break
  }
  yield* newest(found, most)
}

function newest(records: readonly AuditRecord[], most: number): AuditRecord[] {
  const inTime = [...records].sort((a, b) => a.entry.at - b.entry.at || a.seq - b.seq)
  return inTime.slice(Math.max(0, records.length - most))
}
