// Risk as a sum of log-odds over the signals of a threat model, once with unknown signals at nothing and once at full.
import type { ThreatModel } from '../policy/compiled-policy.ts'
import type { Fact, Facts, Signal, Truth } from '../policy/facts.ts'
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
  const codes = Object.keys(model.signals).filter((code) => code !== COLD_START)
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
  let winner: PreparedModel | undefined
  let certain = false
  for (const segment of segments) {
    const matches = segment.when === undefined ? 'true' : segment.when(facts)
    if (segment.when !== undefined) conditions[segment.key] = matches
    if (matches === 'false') continue
    const { model } = segment
    const full = toScore(sumOf(model, facts, true))
    const rank = levelRank(model, full)
    if (winner === undefined || rank > upper || (rank === upper && full > high)) {
      winner = model
      upper = rank
      high = full
    }
    if (matches !== 'true') continue
    certain = true
    const least = toScore(sumOf(model, facts, false))
    lower = Math.max(lower, levelRank(model, least))
    low = Math.max(low, least)
  }
  if (!certain) upper = 2
  const level = LEVELS[upper] as Level
  return {
    level: certain && lower === upper ? KNOWN[level] : LEVEL_UNKNOWN,
    low,
    high: certain ? high : 1,
    upper: level,
    model: winner?.name ?? '',
    factors: winner === undefined ? [] : factorsOf(winner, facts),
  }
}

function sumOf(model: PreparedModel, facts: Facts, full: boolean): number {
  let sum = model.bias
  let cold = false
  for (let i = 0; i < model.codes.length; i++) {
    const signal = signalOf(facts, model.codes[i] as string)
    const weight = model.weights[i] as number
    if (signal === undefined || signal.is === 'unknown') {
      // it might have been present, or unjudged: the larger of both
      if (full) sum += Math.max(weight, model.coldStart)
    } else if (signal.is === 'present') sum += weight * share(signal, full)
    else if (signal.is === 'unjudged') cold = true
  }
  return cold ? sum + model.coldStart : sum
}

function factorsOf(model: PreparedModel, facts: Facts): RiskFactor[] {
  const factors: RiskFactor[] = []
  let cold = false
  for (let i = 0; i < model.codes.length; i++) {
    const code = model.codes[i] as string
    const signal = signalOf(facts, code)
    const weight = model.weights[i] as number
    if (signal === undefined || signal.is === 'unknown')
      factors.push({ code, added: Math.max(weight, model.coldStart), unknown: true })
    else if (signal.is === 'present')
      factors.push({ code, added: weight * share(signal, true), unknown: false })
    else if (signal.is === 'unjudged') cold = true
  }
  if (cold) factors.push({ code: COLD_START, added: model.coldStart, unknown: false })
  return factors.length < 2
    ? factors
    : factors.sort((a, b) => b.added - a.added || (a.code < b.code ? -1 : 1))
}

function signalOf(facts: Facts, code: string): Signal | undefined {
  return Object.hasOwn(facts.signals, code) ? facts.signals[code] : undefined
}

// a share that is no number from 0 to 1 is unknown: nothing at the lower end, everything at the upper
function share(signal: Signal, full: boolean): number {
  return signal.share >= 0 && signal.share <= 1 ? signal.share : full ? 1 : 0
}

function toScore(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds))
}

function levelRank(model: PreparedModel, score: number): number {
  return score >= model.HIGH ? 2 : score >= model.MEDIUM ? 1 : 0
}
