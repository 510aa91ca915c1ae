// Whether what a person has proved meets what a rule demands. Pure; anything missing counts against it (law 1).
import type { AssuranceLevel, Requirement } from './compiled-policy.ts'
import type { Factor } from './facts.ts'
import type { ReasonCode } from './reason-code.ts'

/** How far a clock may run ahead of ours. It excuses a moment in the future; it never lengthens `maxAge` (T47). */
export const CLOCK_LEEWAY_MS = 30_000

/** The levels, prepared so that checking one only compares names. */
export interface AssuranceLevels {
  /** By acr: 0 is the weakest. */
  readonly rank: ReadonlyMap<string, number>
  /** By demanded rank: the sets of methods that earn it or more. */
  readonly earning: readonly (readonly MethodSet[])[]
}

interface MethodSet {
  readonly all: readonly string[]
  /** Those that lift to the level: they have to be fresh; the others may be of any age in the same session. */
  readonly lifting: readonly string[]
}

export function prepareLevels(levels: readonly AssuranceLevel[]): AssuranceLevels {
  const rank = new Map(levels.map((level, index) => [level.acr, index]))
  return { rank, earning: levels.map((_, demanded) => methodSetsFor(levels, demanded)) }
}

/**
 * `requirement_met`, or why not. A level is earned by one factor's acr or by the methods of all factors together. The
 * first level is earned by any verified identity; an unknown acr counts as the first level (ASVS 6.8.4). `maxAge` is
 * inclusive and asks for a fresh factor that lifts to the demanded level; a factor without a time is never fresh.
 */
export function checkRequirement(
  levels: AssuranceLevels,
  requirement: Requirement,
  factors: readonly Factor[],
  at: number,
): ReasonCode {
  const oldest =
    requirement.maxAgeSeconds === undefined ? undefined : at - requirement.maxAgeSeconds * 1000
  if (meets(levels, requirement, factors, oldest, at)) return 'requirement_met'
  if (oldest !== undefined && meets(levels, requirement, factors, undefined, at))
    return whyNotFresh(factors, at)
  return requirement.acr !== undefined && !reaches(levels, requirement.acr, factors, undefined, at)
    ? 'acr_too_low'
    : 'amr_missing'
}

/**
 * When the requirement, its age aside, was met last: milliseconds since the epoch of the factor that lifts to it; 0
 * where it never was, or where the factors do not say when.
 */
export function lastMetAt(
  levels: AssuranceLevels,
  requirement: Requirement,
  factors: readonly Factor[],
  at: number,
): number {
  let latest = 0
  for (const { at: moment } of factors) {
    if (moment !== undefined && moment > latest && meets(levels, requirement, factors, moment, at))
      latest = moment
  }
  return latest
}

function meets(
  levels: AssuranceLevels,
  requirement: Requirement,
  factors: readonly Factor[],
  oldest: number | undefined,
  at: number,
): boolean {
  if (requirement.acr !== undefined && !reaches(levels, requirement.acr, factors, oldest, at))
    return false
  if (requirement.amr !== undefined && !haveAll(requirement.amr, factors, oldest, at)) return false
  return (
    requirement.acr !== undefined || requirement.amr !== undefined || anyFresh(factors, oldest, at)
  )
}

function reaches(
  levels: AssuranceLevels,
  acr: string,
  factors: readonly Factor[],
  oldest: number | undefined,
  at: number,
): boolean {
  const demanded = levels.rank.get(acr)
  if (demanded === undefined) return false
  if (demanded === 0) return anyFresh(factors, oldest, at)
  for (const factor of factors) {
    if (factor.acr === undefined || !isFresh(factor, oldest, at)) continue
    if ((levels.rank.get(factor.acr) ?? 0) >= demanded) return true
  }
  for (const set of levels.earning[demanded] ?? []) {
    if (haveAll(set.all, factors, undefined, at) && haveAll(set.lifting, factors, oldest, at))
      return true
  }
  return false
}

function haveAll(
  methods: readonly string[],
  factors: readonly Factor[],
  oldest: number | undefined,
  at: number,
): boolean {
  for (const method of methods) if (!haveOne(method, factors, oldest, at)) return false
  return true
}

function haveOne(
  method: string,
  factors: readonly Factor[],
  oldest: number | undefined,
  at: number,
): boolean {
  for (const factor of factors) {
    if (factor.amr.includes(method) && isFresh(factor, oldest, at)) return true
  }
  return false
}

function anyFresh(factors: readonly Factor[], oldest: number | undefined, at: number): boolean {
  if (oldest === undefined) return true
  for (const factor of factors) if (isFresh(factor, oldest, at)) return true
  return false
}

// written so that NaN is never fresh
function isFresh(factor: Factor, oldest: number | undefined, at: number): boolean {
  if (oldest === undefined) return true
  return factor.at !== undefined && factor.at >= oldest && factor.at <= at + CLOCK_LEEWAY_MS
}

function whyNotFresh(factors: readonly Factor[], at: number): ReasonCode {
  if (!factors.some((factor) => factor.at !== undefined)) return 'auth_time_missing'
  return factors.some((factor) => factor.at !== undefined && factor.at > at + CLOCK_LEEWAY_MS)
    ? 'auth_time_in_future'
    : 'auth_too_old'
}

function methodSetsFor(levels: readonly AssuranceLevel[], demanded: number): MethodSet[] {
  const lower = methodsBelow(levels, demanded)
  return levels.slice(demanded).flatMap((level, above) =>
    level.amr.flatMap((all) => {
      const sets = [{ all, lifting: liftingOf(all, lower) }]
      // whoever reaches a higher level afresh reaches this one afresh, or a challenge for both would never end
      if (above > 0)
        sets.push({ all, lifting: liftingOf(all, methodsBelow(levels, demanded + above)) })
      return sets
    }),
  )
}

function methodsBelow(levels: readonly AssuranceLevel[], rank: number): ReadonlySet<string> {
  return new Set(levels.slice(0, rank).flatMap((level) => level.amr.flat()))
}

function liftingOf(all: readonly string[], below: ReadonlySet<string>): readonly string[] {
  const lifting = all.filter((method) => !below.has(method))
  // where every method also earns less, none can be told to be the one that lifts: all have to be fresh
  return lifting.length > 0 ? lifting : all
}
