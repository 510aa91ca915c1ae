// An audit chain's files: segments named by their first record's number, in the order of those.
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { AuditEntry, AuditRecord, SealedRecord } from '@countersign/core'
import { codeOf } from './durable-files.ts'
import { readLines } from './read-lines.ts'

export interface Segment {
  readonly path: string
  readonly firstSeq: number
  readonly bytes: number
}

const NAME = /^(\d{12})\.ndjson$/
const CHAIN = /^[a-z0-9][a-z0-9._-]{0,63}$/

/** A chain's name is a directory's name too. */
export function assertChainName(chain: string): void {
  if (!CHAIN.test(chain)) {
    throw new Error(`an audit chain's name has to match ${CHAIN}, got ${JSON.stringify(chain)}`)
  }
}

export async function listChains(auditDir: string): Promise<string[]> {
  return (await namesIn(auditDir)).filter((name) => CHAIN.test(name)).sort()
}

export async function listSegments(chainDir: string): Promise<Segment[]> {
  const names = (await namesIn(chainDir)).filter((name) => NAME.test(name)).sort()
  return Promise.all(
    names.map(async (name) => {
      const path = join(chainDir, name)
      return { path, firstSeq: Number.parseInt(name, 10), bytes: (await stat(path)).size }
    }),
  )
}

export function segmentPath(chainDir: string, firstSeq: number): string {
  return join(chainDir, `${String(firstSeq).padStart(12, '0')}.ndjson`)
}

/** The entry's text is the one that was hashed, as it is. */
export function toRecordLine({ chain, seq, previous, hash, text }: SealedRecord): string {
  return `{"chain":${JSON.stringify(chain)},"seq":${seq},"previous":"${previous}","hash":"${hash}","entry":${text}}\n`
}

/** `undefined` where the line is no record: somebody changed it, or a loss of power did. */
export function parseRecordLine(line: string): AuditRecord | undefined {
  try {
    const { chain, seq, previous, hash, entry } = JSON.parse(line) as AuditRecord
    const whole =
      typeof chain === 'string' &&
      Number.isSafeInteger(seq) &&
      typeof previous === 'string' &&
      typeof hash === 'string' &&
      typeof entry === 'object' &&
      entry !== null
    return whole ? { chain, seq, previous, hash, entry } : undefined
  } catch {
    return undefined
  }
}

/** All records in order. A line that is none comes as a record that fits no chain, so that verifying tells where. */
export async function* readSegments(
  chain: string,
  segments: readonly Segment[],
  mayMatch: (line: string) => boolean = () => true,
): AsyncGenerator<AuditRecord> {
  let seq = 0
  for (const { path } of segments) {
    for await (const { text } of readLines(path)) {
      if (!mayMatch(text)) continue
      const record = parseRecordLine(text) ?? unreadableRecord(chain, seq + 1)
      seq = record.seq
      yield record
    }
  }
}

function unreadableRecord(chain: string, seq: number): AuditRecord {
  const entry: AuditEntry = { type: 'gap', at: 0, unreadable: true }
  return { chain, seq, previous: '', hash: '', entry }
}

async function namesIn(path: string): Promise<string[]> {
  try {
    return await readdir(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}
