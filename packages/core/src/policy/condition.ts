// A CEL condition, checked and compiled by packages/policy to plain JSON.
import type { Expression } from './expression.ts'

export interface Condition {
  /** As it was written. */
  readonly source: string
  readonly tree: Expression
  readonly reads: ConditionReads
}

/** What a condition reads, so that records keep those facts and no others. */
export interface ConditionReads {
  /** Attributes of the resource. */
  readonly resource: readonly string[]
  readonly claims: readonly string[]
  readonly signals: readonly string[]
  /** Of `action subject.id session.id device address risk at`. */
  readonly facts: readonly string[]
}
