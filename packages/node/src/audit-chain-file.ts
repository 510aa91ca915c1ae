// One audit chain in segments, with its end kept apart. Opening repairs what was never acknowledged, and never hides what
// was: where the tail is gone, the chain goes on from the end that it had, so that the gap stays visible.
import { mkdir, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { type ChainEnd, EMPTY_CHAIN, type SealedRecord } from '@countersign/core'
import {
  listSegments,
  parseRecordLine,
  type Segment,
  segmentPath,
  toRecordLine,
} from './audit-segments.ts'
import type { DataDirectory } from './data-directory.ts'
import { DIRECTORY_MODE, syncDirectory } from './durable-files.ts'
import { type EndFile, endKey, openEndFile, readEnd } from './end-file.ts'
import { type LineLog, openLineLog } from './line-log.ts'
import { readLines } from './read-lines.ts'

/** What the end file holds for an audit chain. */
export interface AuditEnd extends ChainEnd {
  /** The number after which the end file was begun: 0, unless it was missing or did not verify at an opening. */
  readonly begunAfter: number
  /** Milliseconds since the epoch. */
  readonly begunAt: number
}

export interface AuditChainFile {
  readonly end: ChainEnd
  readonly bytes: number
  append(batch: readonly SealedRecord[]): Promise<void>
  /** Throws where the file that is written to was removed, replaced or cut behind our back. */
  assertIntact(): Promise<void>
  close(): Promise<void>
}

const SEGMENT_BYTES = 64 * 1024 * 1024
/** More than a batch: what a loss of power can leave torn is in here. */
const TAIL_BYTES = 8 * 1024 * 1024
const SYNC_END_EVERY_MS = 1_000

export function endPathOf(dir: DataDirectory, chain: string): string {
  return join(dir.ends, `audit-${chain}`)
}

export async function openAuditChain(
  dir: DataDirectory,
  chain: string,
  secrets: readonly string[],
  warn: (text: string) => void,
): Promise<AuditChainFile> {
  const chainDir = join(dir.audit, chain)
  await mkdir(chainDir, { recursive: true, mode: DIRECTORY_MODE })
  await syncDirectory(dir.audit)
  const keys = secrets.map(endKey)
  const found = await readEnd<AuditEnd>(endPathOf(dir, chain), `audit ${chain}`, keys)
  const known = found.is === 'verified' ? found.end : undefined
  const segments = await listSegments(chainDir)
  const inLog = await repairTail(segments, known?.seq ?? 0)
  let end: ChainEnd = inLog
  let begun = { begunAfter: known?.begunAfter ?? 0, begunAt: known?.begunAt ?? Date.now() }
  if (known !== undefined && known.seq > inLog.seq) {
    end = { seq: known.seq, hash: known.hash }
    warn(
      `the audit log ${chain} lost records ${inLog.seq + 1} to ${known.seq}: run countersign audit verify`,
    )
  } else if (known === undefined && (found.is === 'unverified' || inLog.seq > 0)) {
    begun = { begunAfter: inLog.seq, begunAt: Date.now() }
    warn(
      `the end of the audit log ${chain} was missing or not made by this secret: begun anew after record ${inLog.seq}`,
    )
  }
  const endFile = await openEndFile<AuditEnd>(
    endPathOf(dir, chain),
    `audit ${chain}`,
    keys[0] as Buffer,
  )
  await endFile.write({ seq: end.seq, hash: end.hash, ...begun })
  await endFile.sync()
  return createAuditChainFile({ chainDir, segments, end, begun, endFile })
}

interface Opened {
  readonly chainDir: string
  readonly segments: readonly Segment[]
  readonly end: ChainEnd
  readonly begun: { readonly begunAfter: number; readonly begunAt: number }
  readonly endFile: EndFile<AuditEnd>
}

async function createAuditChainFile(opened: Opened): Promise<AuditChainFile> {
  const { chainDir, segments, begun, endFile } = opened
  let { end } = opened
  let before = segments.slice(0, -1).reduce((sum, { bytes }) => sum + bytes, 0)
  let log = (await openLineLog(segments.at(-1)?.path ?? segmentPath(chainDir, end.seq + 1))).log
  let endSyncedAt = performance.now()

  async function append(batch: readonly SealedRecord[]): Promise<void> {
    const first = batch[0]
    const last = batch.at(-1)
    if (first === undefined || last === undefined) return
    if (first.seq !== end.seq + 1 || first.previous !== end.hash) {
      throw new Error(`record ${first.seq} does not follow the chain's end, ${end.seq}`)
    }
    if (log.size >= SEGMENT_BYTES) log = await nextSegment(log, first.seq)
    await log.append(batch.map(toRecordLine).join(''))
    end = { seq: last.seq, hash: last.hash }
    await recordEnd()
  }

  async function nextSegment(full: LineLog, firstSeq: number): Promise<LineLog> {
    const next = (await openLineLog(segmentPath(chainDir, firstSeq))).log
    before += full.size
    await full.close()
    return next
  }

  /** After the records: an end that is ahead of its log would be taken for a cut. */
  async function recordEnd(): Promise<void> {
    await endFile.write({ seq: end.seq, hash: end.hash, ...begun })
    if (performance.now() - endSyncedAt < SYNC_END_EVERY_MS) return
    endSyncedAt = performance.now()
    await endFile.sync()
  }

  return {
    get end() {
      return end
    },
    get bytes() {
      return before + log.size
    },
    append,
    assertIntact: () => log.assertIntact(),
    async close() {
      await endFile.sync()
      await Promise.all([log.close(), endFile.close()])
    },
  }
}

/**
 * The last record that is there. Lines after it that are none were never acknowledged where they lie after `knownSeq`
 * (a loss of power in the middle of a write): they are cut off. Else they stay, for verifying to find.
 */
async function repairTail(segments: readonly Segment[], knownSeq: number): Promise<ChainEnd> {
  for (const segment of [...segments].reverse()) {
    let last: ChainEnd | undefined
    let badFrom: number | undefined
    const from = Math.max(0, segment.bytes - TAIL_BYTES)
    for await (const { text, at } of readLines(segment.path, from)) {
      // the first one begins somewhere within a line
      if (from > 0 && at === from) continue
      const record = parseRecordLine(text)
      if (record === undefined) {
        badFrom ??= at
        continue
      }
      badFrom = undefined
      last = { seq: record.seq, hash: record.hash }
    }
    const lastSeq = last?.seq ?? segment.firstSeq - 1
    const wholeSeen = from === 0 || last !== undefined
    if (badFrom !== undefined && wholeSeen && lastSeq >= knownSeq)
      await truncate(segment.path, badFrom)
    if (last !== undefined) return last
  }
  return EMPTY_CHAIN
}
