// Risk as a sum of log-odds over the signals of a threat model, once with unknown signals at nothing and once at full.
import type { ThreatModel } from '../policy/compiled-policy.ts'
import type { Fact, Facts, Truth } from '../policy/facts.ts'
import type { Level, Risk, RiskFactor } from '../policy/risk.ts'

/** The reserved name: what is added once where any signal is unjudged (no history yet). */
export const COLD_START = 'cold-start'

export interface PreparedModel {
  readonly name: string
  readonly bias: number
  readonly codes: readonly string[]
  readonly weights: readonly number[]
  readonly coldStart: number
  readonly MEDIUM: number
  readonly HIGH: number
}

export interface PreparedSegment {
  readonly name: string
  /** The key of its condition in a verdict. */
  readonly key: string
  readonly model: PreparedModel
  readonly when: ((facts: Facts) => Truth) | undefined
}

export function prepareModel(name: string, model: ThreatModel): PreparedModel {
  // in one order, however they were written: the same revision has to add up to the same last bit
  const codes = Object.keys(model.signals)
    .filter((code) => code !== COLD_START)
    .sort()
  return {
    name,
    bias: model.bias,
    codes,
    weights: codes.map((code) => model.signals[code] ?? 0),
    coldStart: model.signals[COLD_START] ?? 0,
    MEDIUM: model.levels.MEDIUM,
    HIGH: model.levels.HIGH,
  }
}

const RANK: Readonly<Record<Level, number>> = { LOW: 0, MEDIUM: 1, HIGH: 2 }
const LEVELS: readonly Level[] = ['LOW', 'MEDIUM', 'HIGH']
const KNOWN: Readonly<Record<Level, Fact<Level>>> = {
  LOW: Object.freeze({ is: 'known', value: 'LOW' }),
  MEDIUM: Object.freeze({ is: 'known', value: 'MEDIUM' }),
  HIGH: Object.freeze({ is: 'known', value: 'HIGH' }),
}
const LEVEL_UNKNOWN: Fact<Level> = Object.freeze({ is: 'unknown', why: 'risk_unknown' })

export function isBelow(level: Level, ceiling: Level): boolean {
  return RANK[level] < RANK[ceiling]
}

/**
 * All segments that match or may match count, and the highest level wins; the lower end takes those that certainly
 * match. Where none certainly matches, nothing bounds the risk from above: it is unknown, its upper end HIGH. Each
 * segment's truth is written into `conditions`.
 */
export function assessRisk(
  segments: readonly PreparedSegment[],
  facts: Facts,
  conditions: Record<string, Truth>,
): Risk {
  let lower = 0
  let upper = 0
  let low = 0
  let high = 0
  let winner: Weighed | undefined
  let certain = false
  for (const segment of segments) {
    const matches = segment.when === undefined ? 'true' : segment.when(facts)
    if (segment.when !== undefined) conditions[segment.key] = matches
    if (matches === 'false') continue
    const { model } = segment
    const weighed = weigh(model, facts)
    const rank = levelRank(model, weighed.high)
    if (winner === undefined || rank > upper || (rank === upper && weighed.high > high)) {
      winner = weighed
      upper = rank
      high = weighed.high
    }
    if (matches !== 'true') continue
    certain = true
    lower = Math.max(lower, levelRank(model, weighed.low))
    low = Math.max(low, weighed.low)
  }
  if (!certain) upper = 2
  const level = LEVELS[upper] as Level
  return {
    level: certain && lower === upper ? KNOWN[level] : LEVEL_UNKNOWN,
    low,
    high: certain ? high : 1,
    upper: level,
    model: winner?.model ?? '',
    factors: winner?.factors ?? NO_FACTORS,
  }
}

interface Weighed {
  readonly model: string
  /** Scores with unknown signals at nothing, and at full. */
  readonly low: number
  readonly high: number
  readonly factors: readonly RiskFactor[]
}

const NO_FACTORS: readonly RiskFactor[] = Object.freeze([])

function weigh(model: PreparedModel, facts: Facts): Weighed {
  let low = model.bias
  let high = model.bias
  let cold = false
  let lowFloor = 0
  let highFloor = 0
  let factors: RiskFactor[] | undefined
  for (let i = 0; i < model.codes.length; i++) {
    const code = model.codes[i] as string
    const weight = model.weights[i] as number
    const signal = facts.signals[code]
    if (signal?.is === 'absent') continue
    if (signal?.is === 'unjudged') {
      cold = true
      continue
    }
    // what is neither of the four is unknown; it might have been present, or unjudged: the larger of both
    const known = signal?.is === 'present' && isShare(signal.share)
    const added = known
      ? weight * signal.share
      : signal?.is === 'present'
        ? weight
        : Math.max(weight, model.coldStart)
    if (known) low += added
    high += added
    const raises = signal?.floor === 'MEDIUM'
    if (raises) highFloor = model.MEDIUM
    if (raises && known) lowFloor = model.MEDIUM
    factors ??= []
    factors.push(
      raises ? { code, added, unknown: !known, floor: 'MEDIUM' } : { code, added, unknown: !known },
    )
  }
  if (cold) {
    low += model.coldStart
    high += model.coldStart
    factors ??= []
    factors.push({ code: COLD_START, added: model.coldStart, unknown: false })
  }
  return {
    model: model.name,
    low: Math.max(toScore(low), lowFloor),
    high: Math.max(toScore(high), highFloor),
    factors: factors === undefined ? NO_FACTORS : largestFirst(factors),
  }
}

function largestFirst(factors: RiskFactor[]): RiskFactor[] {
  return factors.sort((a, b) => b.added - a.added || (a.code < b.code ? -1 : 1))
}

function isShare(share: number): boolean {
  return share >= 0 && share <= 1
}

function toScore(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds))
}

function levelRank(model: PreparedModel, score: number): number {
  return score >= model.HIGH ? 2 : score >= model.MEDIUM ? 1 : 0
}
