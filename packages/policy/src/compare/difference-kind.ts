// How an outcome changed.
import type { Outcome } from '@countersign/core'
import type { DifferenceKind } from './comparison.ts'

export const DIFFERENCE_KINDS: readonly DifferenceKind[] = [
  'newly-waived',
  'newly-passed',
  'newly-demanded',
  'newly-challenged',
  'newly-denied',
]

/** Undefined where it did not. */
export function differenceKind(live: Outcome, candidate: Outcome): DifferenceKind | undefined {
  if (live === candidate) return undefined
  switch (candidate) {
    case 'opt-out':
      return live === 'pass' ? 'newly-demanded' : 'newly-waived'
    case 'pass':
      return 'newly-passed'
    case 'challenge':
      return 'newly-challenged'
    case 'deny':
      return 'newly-denied'
  }
}
