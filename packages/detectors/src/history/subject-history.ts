// One person's logins of the last six months: which addresses with which browsers how often, the hours, the last places.
// Bounded, whatever is done.
import type { Json, LoginField, OwnCounts } from '@countersign/core'
import { FIELDS, type LoginTraits } from '../login/login-traits.ts'
import type { Place } from '../network/network.ts'
import { decay, KEPT_MS } from './decay.ts'

/** Logins that agree in all fields, as of their last one. */
interface Habit {
  /** In the order of `FIELDS`. */
  readonly values: readonly string[]
  /** Decayed as of `at`. */
  readonly count: number
  readonly at: number
}

export interface VisitedPlace extends Place {
  readonly at: number
}

export interface SubjectHistory {
  readonly habits: readonly Habit[]
  /** Newest first. */
  readonly places: readonly VisitedPlace[]
  /** Hours of the day (UTC), decayed as of `at`. */
  readonly hours: readonly number[]
  readonly at: number
  /** Hashes of the logins that were learned from last: none is counted twice. */
  readonly learned: readonly string[]
}

const MOST_HABITS = 32
const MOST_PLACES = 5
const MOST_LEARNED = 16
const HOURS = 24
const VERSION = 1

export function learn(
  before: SubjectHistory | undefined,
  { values, place }: LoginTraits,
  at: number,
  login: string,
): SubjectHistory {
  const known = recent(before?.habits ?? [], at)
  const row = FIELDS.map((field) => values[field])
  const same = known.find((habit) => habit.values.every((value, i) => value === row[i]))
  const habits = known.filter((habit) => habit !== same)
  const count = 1 + (same === undefined ? 0 : same.count * decay(at - same.at))
  const fade = decay(at - (before?.at ?? at))
  const hour = new Date(at).getUTCHours()
  return {
    habits: strongest([...habits, { values: row, count, at }], at),
    places: place === undefined ? (before?.places ?? []) : visit(before?.places ?? [], place, at),
    hours: Array.from(
      { length: HOURS },
      (_, i) => (before?.hours[i] ?? 0) * fade + (i === hour ? 1 : 0),
    ),
    at: Math.max(at, before?.at ?? at),
    learned: [login, ...(before?.learned ?? [])].slice(0, MOST_LEARNED),
  }
}

export interface OwnLogins extends OwnCounts {
  /** Whether it was ever missing. */
  shows(field: LoginField): boolean
  /** What they looked like, each once. */
  habits(): readonly LoginTraits['values'][]
}

/** `undefined`: nothing within six months. */
export function ownCounts(history: SubjectHistory | undefined, at: number): OwnLogins | undefined {
  const habits = recent(history?.habits ?? [], at)
  if (habits.length === 0) return undefined
  const weights = habits.map((habit) => habit.count * decay(at - habit.at))
  const count = (field: LoginField, value: string) => {
    const column = FIELDS.indexOf(field)
    let sum = 0
    habits.forEach((habit, i) => {
      if (habit.values[column] === value) sum += weights[i] as number
    })
    return sum
  }
  return {
    logins: weights.reduce((a, b) => a + b, 0),
    count,
    shows: (field) => count(field, '-') > 0,
    habits: () => habits.map(({ values }) => valuesOf(values)),
  }
}

function valuesOf(row: readonly string[]): LoginTraits['values'] {
  return Object.fromEntries(FIELDS.map((field, i) => [field, row[i]])) as LoginTraits['values']
}

function recent(habits: readonly Habit[], at: number): readonly Habit[] {
  return habits.filter((habit) => at - habit.at <= KEPT_MS)
}

function strongest(habits: Habit[], at: number): readonly Habit[] {
  if (habits.length <= MOST_HABITS) return habits
  const weight = (habit: Habit) => habit.count * decay(at - habit.at)
  return habits.sort((a, b) => weight(b) - weight(a) || b.at - a.at).slice(0, MOST_HABITS)
}

/** A place where the person was before takes no second of the few. */
function visit(places: readonly VisitedPlace[], place: Place, at: number): VisitedPlace[] {
  const others = places.filter(
    ({ latitude, longitude }) => latitude !== place.latitude || longitude !== place.longitude,
  )
  return [{ ...place, at }, ...others].slice(0, MOST_PLACES)
}

export function toJson({ habits, places, hours, at, learned }: SubjectHistory): Json {
  return {
    v: VERSION,
    habits: habits.map((habit) => [habit.values, habit.count, habit.at]),
    places: places.map((place) => [
      ...[place.latitude, place.longitude, place.accuracyKm, place.at],
    ]),
    hours: hours.map((hour) => Math.round(hour * 1e6) / 1e6),
    at,
    learned,
  }
}

/** @throws for what this version did not write: no history must not be taken for it */
export function fromJson(json: Json): SubjectHistory {
  const read = json as {
    v: number
    habits: [string[], number, number][]
    places: [number, number, number, number][]
    hours: number[]
    at: number
    learned: string[]
  }
  if (read?.v !== VERSION) throw new Error('a history of logins is of another version')
  return {
    habits: read.habits.map(([values, count, at]) => ({ values, count, at })),
    places: read.places.map(([latitude, longitude, accuracyKm, at]) => ({
      ...{ latitude, longitude, accuracyKm, at },
    })),
    hours: read.hours,
    at: read.at,
    learned: read.learned,
  }
}
