// The Freeman score from counts: what a score needs of histories, however they are kept. In the form of
// das-group/rba-algorithm (MIT).

/** One successful login, or the attempt at one. A value that is missing counts as a value of its own, `-`. */
export interface Login {
  readonly subject: string
  readonly address?: string | undefined
  readonly asn?: number | string | undefined
  readonly country?: string | undefined
  readonly userAgent?: string | undefined
  /** Name and version. */
  readonly browser?: string | undefined
  /** Name and version. */
  readonly os?: string | undefined
  readonly deviceType?: string | undefined
}

export type LoginField = Exclude<keyof Login, 'subject'>
type FirstField = 'address' | 'userAgent'

/** Of all successful logins before the attempt. */
export interface LoginCounts {
  readonly logins: number
  readonly users: number
  /** Logins with this value. */
  count(field: LoginField, value: string): number
  /** Distinct values over all logins. */
  distinct(field: LoginField): number
  /** Distinct values of `field` over the logins with this value of the first level. */
  distinctWith(first: FirstField, value: string, field: LoginField): number
}

/** Of the subject's own. */
export interface OwnCounts {
  readonly logins: number
  count(field: LoginField, value: string): number
}

type Level = readonly [field: LoginField, weight: number]
interface Feature {
  /** Finest first; only the first is smoothed. */
  readonly first: FirstField
  readonly weight: number
  readonly coarser: readonly Level[]
}

const ADDRESS: Feature = {
  first: 'address',
  weight: 0.6,
  coarser: [
    ['asn', 0.3],
    ['country', 0.1],
  ],
}
const USER_AGENT: Feature = {
  first: 'userAgent',
  weight: 0.5386653840551359,
  coarser: [
    ['browser', 0.2680451498625666],
    ['os', 0.18818295100109536],
    ['deviceType', 0.0051065150812021525],
  ],
}

/** The whole ratio of a feature that the user never showed on any level: set, not multiplied by p (which lets strangers in). */
const NEVER_SHOWN = 4

export interface Familiarity {
  /** The higher, the less like this user and the more like anybody. */
  readonly score: number
  /** The subject never showed anything of the attempt's address, and nothing of its user agent, on any level. */
  readonly neverShown: boolean
}

/** `undefined` for a subject without earlier logins: it has no score, which is unknown and helps nobody. */
export function scoreFromCounts(
  all: LoginCounts,
  own: OwnCounts,
  attempt: Login,
): Familiarity | undefined {
  if (!(own.logins > 0)) return undefined
  const prior = 1 / all.users / (own.logins / all.logins)
  const address = ratio(ADDRESS, all, own, attempt)
  const userAgent = ratio(USER_AGENT, all, own, attempt)
  return {
    score: prior * (address ?? NEVER_SHOWN) * (userAgent ?? NEVER_SHOWN),
    neverShown: address === undefined && userAgent === undefined,
  }
}

/** The literal `-` where it is missing, never skipped. */
export function readLoginField(login: Login, field: LoginField): string {
  const value = login[field]
  return value === undefined || value === null || value === '' ? '-' : String(value)
}

/** `undefined`: the subject never showed it on any level. */
function ratio(
  { first, weight, coarser }: Feature,
  all: LoginCounts,
  own: OwnCounts,
  attempt: Login,
): number | undefined {
  const value = readLoginField(attempt, first)
  let user = (weight * own.count(first, value)) / own.logins
  let population = weight * smoothedShare(first, value, coarser, all)
  for (const [field, levelWeight] of coarser) {
    const coarse = readLoginField(attempt, field)
    user += (levelWeight * own.count(field, coarse)) / own.logins
    population += (levelWeight * all.count(field, coarse)) / all.logins
  }
  return user === 0 ? undefined : population / user
}

/** What was never seen still has some probability: as if each distinct coarser value were one more login. */
function smoothedShare(
  first: FirstField,
  value: string,
  coarser: readonly Level[],
  all: LoginCounts,
): number {
  let unseen = 1
  for (const [field] of coarser) unseen += all.distinct(field)
  const total = all.logins + unseen
  const seen = all.count(first, value)
  if (!(seen > 0)) return 1 / total
  let unseenHere = 1
  for (const [field] of coarser) unseenHere += all.distinctWith(first, value, field)
  return (seen / (seen + unseenHere)) * (seen / total)
}
