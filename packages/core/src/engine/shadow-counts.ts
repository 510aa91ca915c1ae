// How a shadowed candidate has fared on this instance since it began: for health, beside the records.
import type { Outcome } from '../decide/decision.ts'
import type { Position } from '../ports/position.ts'

export interface ShadowTotals {
  readonly rollout: Position
  /** Decisions that the candidate was asked about too. */
  readonly decided: number
  /** Those that it would have decided otherwise: `challenge→opt-out`, with how many. */
  readonly differ: Readonly<Record<string, number>>
}

export interface ShadowCounts {
  add(rollout: Position, live: Outcome, candidate: Outcome): void
  /** `undefined` where none of this rollout were seen. */
  of(rollout: Position): ShadowTotals | undefined
}

export function createShadowCounts(): ShadowCounts {
  let counted: { rollout: Position; decided: number; differ: Record<string, number> } | undefined
  return {
    add(rollout, live, candidate) {
      if (counted?.rollout !== rollout) counted = { rollout, decided: 0, differ: {} }
      counted.decided += 1
      if (live === candidate) return
      const way = `${live}→${candidate}`
      counted.differ[way] = (counted.differ[way] ?? 0) + 1
    },
    of: (rollout) =>
      counted?.rollout === rollout ? { ...counted, differ: { ...counted.differ } } : undefined,
  }
}
