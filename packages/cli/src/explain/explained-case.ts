// One decision, taken apart: what `countersign explain` tells, as data.
import type {
  ExplainedRule,
  Factor,
  Facts,
  Json,
  Level,
  OptOut,
  OptOutCheck,
  Outcome,
  ReasonCode,
  Requirement,
  RiskFactor,
  Spent,
  Truth,
} from '@countersign/core'

export interface ExplainedCase {
  /** `record`: as it was decided. `facts`: as the policy would decide now. */
  readonly from: 'record' | 'facts'
  readonly id?: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly action: string
  readonly subject?: string
  readonly outcome: Outcome
  readonly need?: string
  readonly because?: string
  /** What a challenge asks for. */
  readonly requirement?: Requirement
  readonly reasons: readonly { code: ReasonCode; rule?: string; optOut?: string }[]
  readonly policy: {
    readonly name?: string
    readonly revision: string
    readonly activation?: string
  }
  /** Absent where the record was made before anything was known, or was too large for it. */
  readonly factors?: readonly Factor[]
  /** Absent where the policy is not known any more, or was not asked. */
  readonly rules?: readonly ExplainedRule[]
  readonly optOuts: readonly ExplainedOptOut[]
  readonly risk?: ExplainedRisk
  readonly withoutOptOuts: Outcome
  /** The levels of the policy, weakest first, to say what an acr means. */
  readonly levels: readonly { readonly acr: string; readonly amr: readonly (readonly string[])[] }[]
  readonly facts?: Json | Facts
  /** Of allowances, where the facts say it. */
  readonly spent?: Spent
}

export interface ExplainedOptOut extends OptOutCheck {
  /** The decision stands on it. */
  readonly honoured: boolean
  readonly optOutIs?: OptOut
  /** The result of its condition, where it has one that was worked out. */
  readonly condition?: { readonly when: string; readonly result: Truth }
}

export interface ExplainedRisk {
  readonly level: Level | 'unknown'
  readonly low: number
  readonly high: number
  readonly upper: Level
  readonly model: string
  readonly factors: readonly RiskFactor[]
  /** Of the threat model, where it is known. */
  readonly bias?: number
  readonly levels?: { readonly MEDIUM: number; readonly HIGH: number }
}
