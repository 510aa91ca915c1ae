// The audit log in files: each chain in segments, within a quota, and never on the space that is kept for the feed.
import { join } from 'node:path'
import { type AuditLog, type ChainEnd, matchesQuery, type SealedRecord } from '@countersign/core'
import { type AuditChainFile, openAuditChain } from './audit-chain-file.ts'
import { assertChainName, listChains, listSegments, readSegments } from './audit-segments.ts'
import type { DataDirectory } from './data-directory.ts'
import { listKnownChains } from './known-chains.ts'
import type { SpaceReserve } from './space-reserve.ts'

export interface OpenedAuditLog {
  readonly audit: AuditLog
  warnings(): readonly string[]
}

export interface AuditLogOptions {
  /** Newest first, at least one. */
  readonly secrets: readonly string[]
  readonly quotaBytes: number
}

/** From this share of the quota on there is a warning. */
const WARN_AT = 0.8

export async function openFileAuditLog(
  dir: DataDirectory,
  reserve: SpaceReserve,
  { secrets, quotaBytes }: AuditLogOptions,
): Promise<OpenedAuditLog> {
  const chains = new Map<string, Promise<AuditChainFile>>()
  const found: string[] = []
  let closed = false
  /** Why the last attempt failed; cleared by the next batch that is kept. */
  let failure: string | undefined
  let bytes = 0
  for (const chain of await listKnownChains(dir)) bytes += (await open(chain)).bytes

  function open(chain: string): Promise<AuditChainFile> {
    assertChainName(chain)
    let opened = chains.get(chain)
    if (opened === undefined) {
      opened = openAuditChain(dir, chain, secrets, (text) => found.push(text))
      chains.set(chain, opened)
      // tried anew at the next call
      opened.catch(() => chains.delete(chain))
    }
    return opened
  }

  function assertOpen(): void {
    if (closed) throw new Error('the audit log is closed')
  }

  function remember(error: unknown): never {
    failure = error instanceof Error ? error.message : String(error)
    throw error
  }

  async function append(chain: string, batch: readonly SealedRecord[]): Promise<void> {
    if (bytes >= quotaBytes) {
      throw new Error(
        `the audit log has reached its quota of ${quotaBytes} bytes: archive old segments`,
      )
    }
    await reserve.assertHeld()
    const file = await open(chain)
    const before = file.bytes
    await file.append(batch)
    bytes += file.bytes - before
  }

  async function head(chain: string): Promise<ChainEnd | undefined> {
    const file = await open(chain)
    // it is asked after a failure: a log that is gone has not recovered
    await file.assertIntact()
    return file.end.seq === 0 ? undefined : file.end
  }

  const audit: AuditLog = {
    async append(chain, batch) {
      assertOpen()
      await append(chain, batch).catch(remember)
      failure = undefined
    },
    async head(chain) {
      assertOpen()
      return head(chain).catch(remember)
    },
    async *read(query) {
      assertOpen()
      const names = query.chain === undefined ? await listChains(dir.audit) : [query.chain]
      const mayMatch = quickMatch(query.decision, query.subject)
      for (const chain of names) {
        assertChainName(chain)
        const segments = await listSegments(join(dir.audit, chain))
        for await (const record of readSegments(chain, segments, mayMatch)) {
          if (record.hash !== '' && matchesQuery(record, query)) yield record
        }
      }
    },
    async close() {
      if (closed) return
      closed = true
      for (const opened of chains.values()) await opened.then((file) => file.close())
    },
  }

  return {
    audit,
    warnings() {
      const full = bytes >= quotaBytes * WARN_AT
      const share = `${Math.floor((bytes / quotaBytes) * 100)} % of its quota`
      return [
        ...found,
        ...(full ? [`the audit log has reached ${share}: archive old segments`] : []),
        ...(failure === undefined ? [] : [`the audit log cannot be written: ${failure}`]),
      ]
    },
  }
}

/** Looks for the text before the line is parsed: a line without it cannot match. */
function quickMatch(...texts: (string | undefined)[]): (line: string) => boolean {
  const needles = texts.filter((text) => text !== undefined && /^[\w:.@-]+$/.test(text)) as string[]
  return (line) => needles.every((needle) => line.includes(needle))
}
