// What the policy says before opt-outs.
import type { Requirement } from './compiled-policy.ts'
import type { Truth } from './facts.ts'
import type { Risk } from './risk.ts'

export interface Verdict {
  /** Unknown is answered with 503 (`undetermined`). */
  readonly denied: Truth
  readonly risk: Risk
  /**
   * Each condition that was worked out, by the rule's id or the opt-out's name (the schema keeps them apart), or
   * `segment:<name>`: enough to derive the verdict again.
   */
  readonly conditions: Readonly<Record<string, Truth>>
  /** Empty and not denied means pass. */
  readonly unmet: readonly UnmetRule[]
  /** Rules that are met by a permit which is good for one request only: it has to be spent before that goes on. */
  readonly spends?: readonly SpendingRule[]
}

export interface SpendingRule extends UnmetRule {
  /** The permit's id. */
  readonly permit: string
}

export interface UnmetRule {
  readonly rule: string
  readonly requirement: Requirement
  readonly optOuts: readonly string[]
}
