// Reads a whole audit log in one pass, in batches: for work over millions of records, offline or while an app writes.
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { AuditRecord } from '@countersign/core'
import { listChains, listSegments, parseRecordLine } from './audit-segments.ts'
import { dataDirectory } from './data-directory.ts'

export interface ScanOptions {
  /** Milliseconds since the epoch, inclusive. */
  readonly from?: number | undefined
  /** Only lines that contain this text are read at all. */
  readonly containing?: string | undefined
}

export interface ScannedBatch {
  readonly records: readonly AuditRecord[]
  /** For telling how far it is. */
  readonly readBytes: number
  readonly totalBytes: number
}

const CHUNK_BYTES = 256 * 1024

/**
 * In the order of each chain; what is written after the call is not read. Lines that are no records are left out:
 * `verifyAuditDirectory` finds them.
 */
export async function* scanAuditDirectory(
  dir: string,
  options: ScanOptions = {},
): AsyncGenerator<ScannedBatch> {
  const { audit } = dataDirectory(dir)
  const segments = []
  for (const chain of await listChains(audit))
    segments.push(...(await listSegments(join(audit, chain))))
  const totalBytes = segments.reduce((sum, { bytes }) => sum + bytes, 0)
  let before = 0
  for (const { path, bytes } of segments) {
    for await (const { text, end } of chunksOfLines(path, bytes, options.containing))
      yield { records: readBatch(text, options), readBytes: before + end, totalBytes }
    before += bytes
  }
}

/** Whole lines, a chunk of the file at a time; one in which the wanted text does not occur is not even decoded. */
async function* chunksOfLines(
  path: string,
  size: number,
  containing: string | undefined,
): AsyncGenerator<{ readonly text: string; readonly end: number }> {
  const file = await open(path, 'r')
  try {
    for (let at = 0; at < size; ) {
      let length = Math.min(CHUNK_BYTES, size - at)
      let chunk = Buffer.allocUnsafe(length)
      await file.read(chunk, 0, length, at)
      let end = chunk.lastIndexOf(10) + 1
      if (end === 0) {
        // a line longer than a chunk: records are at most 4 kB, so it is none of ours
        length = size - at
        chunk = Buffer.allocUnsafe(length)
        await file.read(chunk, 0, length, at)
        end = chunk.indexOf(10) + 1
        if (end === 0) return
      }
      at += end
      const lines = chunk.subarray(0, end)
      const wanted = containing === undefined || lines.includes(containing)
      yield { text: wanted ? lines.toString('utf8') : '', end: at }
    }
  } finally {
    await file.close()
  }
}

function readBatch(text: string, { from, containing }: ScanOptions): AuditRecord[] {
  const records: AuditRecord[] = []
  for (let start = 0, end = text.indexOf('\n'); end >= 0; ) {
    const line = text.slice(start, end)
    start = end + 1
    end = text.indexOf('\n', start)
    if (containing !== undefined && !line.includes(containing)) continue
    const record = parseRecordLine(line)
    if (record === undefined) continue
    if (from === undefined || record.entry.at >= from) records.push(record)
  }
  return records
}
