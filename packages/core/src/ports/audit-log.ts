// The audit log: all decisions and all changes. Core numbers, chains and batches; a backend keeps.
import type { Json } from './json.ts'

/** What the next record of a chain is linked to. */
export interface ChainEnd {
  readonly seq: number
  readonly hash: string
}

export interface AuditRecord extends ChainEnd {
  readonly chain: string
  /** From 1, without gaps, in its chain. */
  readonly seq: number
  /** The `hash` of the record before it; 64 zeros for the first. */
  readonly previous: string
  /** SHA-256, hex, of `previous`, `chain`, `seq` and the entry's text. See `audit/chain-records.ts`. */
  readonly hash: string
  readonly entry: AuditEntry
}

/** A record on its way to the log, with the entry's text as it was hashed: kept as it is, key order included. */
export interface SealedRecord extends AuditRecord {
  readonly text: string
}

/** What happened, as plain JSON. `type` tells which kind of entry it is. */
export interface AuditEntry {
  readonly type: 'decision' | 'shadow' | 'change' | 'challenge' | 'device' | 'counts' | 'gap'
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly subject?: string
  /** The id of the decision, where `type` is `decision`. */
  readonly id?: string
  readonly [key: string]: Json | undefined
}

export interface AuditQuery {
  readonly chain?: string
  readonly subject?: string
  /** A decision's id. */
  readonly decision?: string
  /** Milliseconds since the epoch, inclusive. */
  readonly from?: number
  readonly to?: number
}

export interface AuditLog {
  /** The chain that this instance writes, where several instances share a log: each has one of its own. @default main */
  readonly chain?: string
  /** Durable, all or nothing. Called once at a time per chain. */
  append(chain: string, batch: readonly SealedRecord[]): Promise<void>
  /** Where a chain ends: what the next record has to follow. Where the log lost its tail, the end as it was. */
  head(chain: string): Promise<ChainEnd | undefined>
  /** In the order of each chain. */
  read(query: AuditQuery): AsyncIterable<AuditRecord>
  close(): Promise<void>
}
