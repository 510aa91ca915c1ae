// The recorder: what writes the audit log for an engine, and what it says of itself.
import type { AuditEntry, AuditLog } from '../ports/audit-log.ts'
import type { Clock } from '../ports/clock.ts'
import type { Sha256 } from './chain-records.ts'

export interface RecorderOptions {
  readonly audit: AuditLog
  readonly chain: string
  readonly clock: Clock
  /** @default Web Crypto */
  readonly sha256?: Sha256 | undefined
  /** Entries that may wait. @default 20000 */
  readonly maxQueued?: number | undefined
  /** The log failed. It is tried again. */
  readonly onError: (error: unknown) => void
  /** A batch was kept, or a log that had failed answers again. */
  readonly onWell?: (() => void) | undefined
}

export interface RecorderHealth {
  /** False while the log fails. */
  readonly ok: boolean
  readonly queued: number
  /** Entries that were noted and could not be kept. */
  readonly lost: number
  /** Age of the oldest entry that waits. */
  readonly lagMs: number
}

/** An entry must not be changed once it was given: it is read when it is written. */
export interface Recorder {
  /** Resolves once the entry is durable. Rejects where it is not: then nothing may be honoured that needs it. */
  record(entry: AuditEntry): Promise<void>
  /** Kept soon; lost and counted where the log fails for long. Never throws. */
  note(entry: AuditEntry): void
  /** Counts a refusal without identity; one entry a minute tells how many of each. */
  count(key: string): void
  /** Resolves once all that was given so far is durable; rejects where it cannot be now. */
  flush(): Promise<void>
  health(): RecorderHealth
  /** Writes what waits, then takes no more. */
  close(): Promise<void>
}
