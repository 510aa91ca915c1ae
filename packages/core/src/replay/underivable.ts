// Why a record cannot be decided again: what its policy's masking, its size, or the policy of its time left out.
import type { AuditEntry } from '../ports/audit-log.ts'

export type Underivable =
  /** A fact that was read is masked: the record says only that it was there. */
  | 'masked'
  /** The facts did not fit into the record. */
  | 'too_large'
  /** The policy reads a fact that the policy of that time did not, so it was not recorded. */
  | 'not_recorded'
  /** Recorded by another version of the evaluator. */
  | 'other_evaluator'

/** Of an entry from which `factsFromEntry` gives nothing. */
export function whyNoFacts({ facts }: AuditEntry): Underivable {
  const omitted = typeof facts !== 'object' || facts === null || 'omitted' in facts
  return omitted ? 'too_large' : 'masked'
}
