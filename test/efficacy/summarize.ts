// The published table beside ours, from several seeds; and the trade between what is caught and who is asked again.
import { ATTACKERS, type Attacker } from './attackers.ts'
import { medianOf, reauthentications, type Scores, thresholdAt } from './score-logins.ts'

export const COLUMNS = [5, 12, 20, 39] as const
export const RATES = [0.99, 0.98] as const

/** Median re-authentications of a user's first n logins, by the authors' own reproduction on synthesized data. */
export const PUBLISHED: Readonly<Record<string, readonly number[]>> = {
  'naive 0.99': [1, 2, 2, 1],
  'naive 0.98': [1, 1, 1, 1],
  'VPN 0.99': [2, 3, 3, 2],
  'VPN 0.98': [2, 2, 2, 2],
  'targeted 0.99': [2, 4, 4, 3],
}

export interface TableRow {
  readonly attacker: Attacker
  readonly rate: number
  readonly published: readonly number[] | undefined
  /** Per column, over the seeds: the median of the medians, and the mean of the means. */
  readonly ours: readonly { readonly median: number; readonly mean: number }[]
  /** Of all scored legitimate logins, the share that is challenged. */
  readonly challenged: number
}

export function tableOf(seeds: readonly Scores[]): readonly TableRow[] {
  return ATTACKERS.flatMap((attacker) =>
    RATES.map((rate) => {
      const runs = seeds.map(({ legitimate, attacks }) => {
        const threshold = thresholdAt(attacks[attacker], rate)
        return {
          cells: COLUMNS.map((n) => reauthentications(legitimate, threshold, n)),
          challenged: challengedShare(legitimate, threshold),
        }
      })
      return {
        ...{ attacker, rate, published: PUBLISHED[`${attacker} ${rate}`] },
        ours: COLUMNS.map((_, column) => ({
          median: medianOf(
            runs.map(({ cells }) => cells[column]?.median ?? Number.NaN).sort((a, b) => a - b),
          ),
          mean: mean(runs.map(({ cells }) => cells[column]?.mean ?? Number.NaN)),
        })),
        challenged: mean(runs.map(({ challenged }) => challenged)),
      }
    }),
  )
}

export interface CurvePoint {
  readonly detection: number
  readonly challenged: number
}

/** Over all seeds together: at each rate of detection, the share of legitimate logins that is challenged. */
export function curveOf(seeds: readonly Scores[], attacker: Attacker): readonly CurvePoint[] {
  const attacks = seeds.flatMap((scores) => scores.attacks[attacker])
  return [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.97, 0.98, 0.99, 0.995].map((detection) => {
    const threshold = thresholdAt(attacks, detection)
    return {
      detection,
      challenged: mean(seeds.map(({ legitimate }) => challengedShare(legitimate, threshold))),
    }
  })
}

function challengedShare(legitimate: Scores['legitimate'], threshold: number): number {
  let all = 0
  let challenged = 0
  for (const scores of legitimate.values())
    for (const score of scores) {
      all += 1
      if (score >= threshold) challenged += 1
    }
  return challenged / all
}

export function mean(some: readonly number[]): number {
  return some.reduce((a, b) => a + b, 0) / some.length
}
