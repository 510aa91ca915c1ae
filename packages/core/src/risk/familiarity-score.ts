// How unusual a login is for its user: the Freeman score over logins as they are, counted exactly.
import {
  type Login,
  type LoginCounts,
  type LoginField,
  type OwnCounts,
  readLoginField,
  scoreFromCounts,
} from './score-from-counts.ts'

export type { Login }

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
  return scoreFromCounts(countAll(logins), countOwn(own), attempt)?.score
}

function countAll(logins: readonly Login[]): LoginCounts {
  const distinct = (some: readonly Login[], field: LoginField) =>
    new Set(some.map((login) => readLoginField(login, field))).size
  return {
    ...countOwn(logins),
    users: new Set(logins.map(({ subject }) => subject)).size,
    distinct: (field) => distinct(logins, field),
    distinctWith: (first, value, field) => distinct(withValue(logins, first, value), field),
  }
}

function countOwn(logins: readonly Login[]): OwnCounts {
  return {
    logins: logins.length,
    count: (field, value) => withValue(logins, field, value).length,
  }
}

function withValue(logins: readonly Login[], field: LoginField, value: string): readonly Login[] {
  return logins.filter((login) => readLoginField(login, field) === value)
}
