// How unusual a login is for its user: the Freeman score, in the form of das-group/rba-algorithm (MIT).

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

type Field = Exclude<keyof Login, 'subject'>
type Level = readonly [field: Field, weight: number]
/** Finest first; only the first is smoothed. */
type Levels = readonly [Level, ...Level[]]

const ADDRESS: Levels = [
  ['address', 0.6],
  ['asn', 0.3],
  ['country', 0.1],
]
const USER_AGENT: Levels = [
  ['userAgent', 0.5386653840551359],
  ['browser', 0.2680451498625666],
  ['os', 0.18818295100109536],
  ['deviceType', 0.0051065150812021525],
]

/** The whole ratio of a feature that the user never showed on any level: set, not multiplied by p (which lets strangers in). */
const NEVER_SHOWN = 4

/**
 * The score of a login attempt against earlier logins: the higher, the less like this user and the more like anybody.
 * Undefined for a user without earlier logins, which is unknown and helps nobody.
 *
 * `logins` are the successful logins of all users before the attempt, those alone whose challenge, if there was one,
 * was completed, and of the last six months at most. The score has no fixed scale (it falls with the user's share of all
 * logins, and is capped for what nobody ever saw), so calibrate thresholds on a log of your own.
 *
 * @see Freeman et al., "Who Are You? A Statistical Approach to Measuring User Authenticity", NDSS 2016
 */
export function familiarityScore(logins: readonly Login[], attempt: Login): number | undefined {
  const own = logins.filter((login) => login.subject === attempt.subject)
  if (own.length === 0) return undefined
  const users = new Set(logins.map((login) => login.subject)).size
  const prior = 1 / users / (own.length / logins.length)
  return prior * ratio(ADDRESS, logins, own, attempt) * ratio(USER_AGENT, logins, own, attempt)
}

function ratio(
  levels: Levels,
  all: readonly Login[],
  own: readonly Login[],
  attempt: Login,
): number {
  const user = weigh(levels, (field) => share(own, field, attempt))
  if (user === 0) return NEVER_SHOWN
  const [[first]] = levels
  const population = weigh(levels, (field) =>
    field === first ? smoothedShare(levels, all, attempt) : share(all, field, attempt),
  )
  return population / user
}

function weigh(levels: Levels, share: (field: Field) => number): number {
  return levels.reduce((sum, [field, weight]) => sum + weight * share(field), 0)
}

function share(logins: readonly Login[], field: Field, attempt: Login): number {
  return same(logins, field, attempt).length / logins.length
}

/** What was never seen still has some probability: as if each distinct coarser value were one more login. */
function smoothedShare(levels: Levels, all: readonly Login[], attempt: Login): number {
  const [[first], ...coarser] = levels
  const total = all.length + unseenMass(coarser, all)
  const seen = same(all, first, attempt)
  if (seen.length === 0) return 1 / total
  return (seen.length / (seen.length + unseenMass(coarser, seen))) * (seen.length / total)
}

function unseenMass(coarser: readonly Level[], logins: readonly Login[]): number {
  return coarser.reduce((sum, [field]) => sum + new Set(logins.map(readValue(field))).size, 1)
}

function same(logins: readonly Login[], field: Field, attempt: Login): readonly Login[] {
  const value = readValue(field)
  return logins.filter((login) => value(login) === value(attempt))
}

function readValue(field: Field): (login: Login) => string {
  return (login) => {
    const value = login[field]
    return value === undefined || value === null || value === '' ? '-' : String(value)
  }
}
