// The published evaluation: each login scored by the history strictly before it, thresholds by what they catch of each
// attacker, and how often people would have to prove themselves again.

import { scoreFromCounts } from '@countersign/core'
import type { Geography } from '@countersign/detectors'
import { createPopulation } from '../../packages/detectors/src/history/population.ts'
import {
  learn,
  ownCounts,
  type SubjectHistory,
} from '../../packages/detectors/src/history/subject-history.ts'
import { asShownBefore } from '../../packages/detectors/src/login/as-shown-before.ts'
import { readTraits } from '../../packages/detectors/src/login/login-traits.ts'
import { ATTACKERS, type Attacker, type Attacks, type Shown } from './attackers.ts'
import type { Random } from './random.ts'

export interface ScoredLogin extends Shown {
  readonly at: number
  readonly user: number | string
}

export interface Scores {
  /** By user, in the order of time; the first login of a user has none. */
  readonly legitimate: ReadonlyMap<number | string, readonly number[]>
  readonly attacks: Readonly<Record<Attacker, readonly number[]>>
}

const WARM_UP = 0.1
const OTHERS = 2_000

/** Counts as the detector does: decayed, approximate, bounded. */
export function scoreLogins(
  logins: readonly ScoredLogin[],
  geography: Geography | undefined,
  attacks: Attacks,
  random: Random,
  attemptsEach: number,
): Scores {
  const population = createPopulation()
  const histories = new Map<number | string, SubjectHistory>()
  const last = new Map<number | string, Shown>()
  const legitimate = new Map<number | string, number[]>()
  const scores: Record<Attacker, number[]> = { naive: [], VPN: [], targeted: [] }
  const warm = Math.floor(logins.length * WARM_UP)
  const chance = attemptsEach / Math.max(1, logins.length - warm)
  const users = [...new Set(logins.map(({ user }) => user))]

  function scoreOf(shown: Shown, user: number | string, at: number): number | undefined {
    const own = ownCounts(histories.get(user), at)
    if (own === undefined) return undefined
    const values = asShownBefore(own.habits(), traitsOf(shown).values)
    return scoreFromCounts(population.counts(own, at), own, { subject: String(user), ...values })
      ?.score
  }

  function traitsOf({ address, userAgent }: Shown) {
    return readTraits(
      { address: { is: 'known', value: address }, header: () => userAgent },
      geography,
    )
  }

  function attack(at: number, others: readonly Shown[]): void {
    for (const attacker of ATTACKERS) {
      if (!random.chance(chance)) continue
      const user = random.pick(users)
      const victim = last.get(user)
      if (victim === undefined) continue
      const score = scoreOf(attacks.attempt(random, attacker, victim, others), user, at)
      if (score !== undefined) scores[attacker].push(score)
    }
  }

  for (const [index, login] of logins.entries()) {
    const { user, at } = login
    if (index >= warm) {
      const score = scoreOf(login, user, at)
      if (score !== undefined) legitimate.set(user, [...(legitimate.get(user) ?? []), score])
      attack(at, logins.slice(Math.max(0, index - OTHERS), index))
    }
    const traits = traitsOf(login)
    histories.set(user, learn(histories.get(user), traits, at, String(index)))
    population.add(traits, String(user), at)
    last.set(user, login)
  }
  return { legitimate, attacks: scores }
}

export interface Reauthentications {
  readonly median: number
  readonly mean: number
  readonly users: number
}

/** The score from which on logins are challenged, so that this share of the attacker's is. */
export function thresholdAt(scores: readonly number[], rate: number): number {
  const sorted = [...scores].sort((a, b) => a - b)
  // 1 - 0.8 is a little less than 0.2
  const most = Math.floor((1 - rate) * sorted.length + 1e-9)
  return sorted[most] ?? Number.POSITIVE_INFINITY
}

/** Among the first `n` scored logins of each user who has so many. */
export function reauthentications(
  legitimate: Scores['legitimate'],
  threshold: number,
  n: number,
): Reauthentications {
  const counts = [...legitimate.values()]
    .filter((scores) => scores.length >= n)
    .map((scores) => scores.slice(0, n).filter((score) => score >= threshold).length)
    .sort((a, b) => a - b)
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
  return { median: medianOf(counts), mean, users: counts.length }
}

export function medianOf(sorted: readonly number[]): number {
  const half = sorted.length / 2
  return (
    ((sorted[Math.ceil(half) - 1] ?? Number.NaN) + (sorted[Math.floor(half)] ?? Number.NaN)) / 2
  )
}
