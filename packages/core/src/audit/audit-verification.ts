// What verifying a whole audit log finds, whatever keeps the log.
import type { ChainProblem, ChainReport } from './chain-records.ts'

export interface AuditVerification {
  /** False where a record was changed, removed, swapped or cut off, or a chain's end does not verify. */
  readonly ok: boolean
  readonly chains: readonly VerifiedChain[]
  /** True where neither a log nor its end is there, though the feed holds changes: each of them was recorded. */
  readonly gone: boolean
}

export interface VerifiedChain extends Omit<ChainReport, 'problems'> {
  readonly problems: readonly AuditProblem[]
  /** `not_checked`: no secret was given, or is with the log. A cut tail is then found only if it is clumsy. */
  readonly endIs: 'verified' | 'unverified' | 'missing' | 'not_checked'
}

export type AuditProblem = Omit<ChainProblem, 'kind'> & {
  readonly kind:
    | ChainProblem['kind']
    | 'end_missing'
    | 'end_unverified'
    | 'end_begun_anew'
    /** What a record is found by does not say what the record says. */
    | 'copy_changed'
    | 'chain_missing'
}
