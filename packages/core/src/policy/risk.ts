// Risk as data: a range of scores, a level where both ends agree, and what added what.
import type { Fact } from './facts.ts'

/** CAEP's words for risk, weakest first. */
export type Level = 'LOW' | 'MEDIUM' | 'HIGH'

export interface Risk {
  /** Known where the range lies within one level and some segment certainly matches. */
  readonly level: Fact<Level>
  /** Scores, 0 to 1: unknown signals counted at nothing, and at full. */
  readonly low: number
  readonly high: number
  /** The level of the upper end: what `riskBelow` reads. */
  readonly upper: Level
  /** The threat model that set the upper end; empty where none matched. */
  readonly model: string
  /** What that model added, largest first. */
  readonly factors: readonly RiskFactor[]
}

export interface RiskFactor {
  readonly code: string
  /** Log-odds. */
  readonly added: number
  /** True where it is counted in the upper end only. */
  readonly unknown: boolean
  /** The level is at least this, or where it is unknown may be. */
  readonly floor?: 'MEDIUM'
}
