// The backends that the laws run on, each with a clock of the test's own, and each part open to be tampered with.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type AuditLog,
  type BackendSource,
  type Clock,
  type Feed,
  memoryBackend,
  type OpenBackend,
  type Store,
} from '@countersign/core'
import { fileBackend } from '@countersign/node'

export type BackendName = 'memory' | 'files'
export const backendNames: readonly BackendName[] = ['memory', 'files']

/** What takes the place of a part, made from the part. */
export interface Tampering {
  feed?(feed: Feed): Feed
  store?(store: Store): Store
  audit?(audit: AuditLog): AuditLog
}

export interface TamperedBackend {
  readonly source: BackendSource
  /** The untouched parts, for a look behind the guard's back. */
  parts(): OpenBackend
  remove(): void
}

export function tamperedBackend(
  name: BackendName,
  clock: Clock,
  tampering: Tampering,
): TamperedBackend {
  const directory = name === 'files' ? mkdtempSync(join(tmpdir(), 'law-')) : undefined
  const inner = directory === undefined ? memoryBackend({ clock }) : fileBackend(directory)
  let opened: OpenBackend | undefined
  return {
    source: {
      key: `law:${crypto.randomUUID()}`,
      async open(context) {
        const parts = await inner.open(context)
        opened = parts
        const feed = confirmedBy(clock, parts.feed)
        return {
          ...parts,
          clock,
          feed: tampering.feed?.(feed) ?? feed,
          store: tampering.store?.(parts.store) ?? parts.store,
          audit: tampering.audit?.(parts.audit) ?? parts.audit,
          close: () => parts.close(),
        }
      },
    },
    parts() {
      if (opened === undefined) throw new Error('the guard has not been opened yet')
      return opened
    },
    remove() {
      if (directory !== undefined) rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** The clock of the test jumps by days: what is read is confirmed by it, and often. */
const HEARTBEAT_MS = 10

function confirmedBy(clock: Clock, feed: Feed): Feed {
  return {
    ...feed,
    append: (event, expect) => feed.append(event, expect),
    saveSnapshot: (at, state) => feed.saveSnapshot(at, state),
    close: () => feed.close(),
    async *follow(from, heartbeatMs, stop) {
      for await (const batch of feed.follow(from, Math.min(heartbeatMs, HEARTBEAT_MS), stop))
        yield { ...batch, confirmedAt: clock.monotonic() }
    },
  }
}
