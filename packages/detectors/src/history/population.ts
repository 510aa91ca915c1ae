// What all people's logins look like together, approximately and in bounded memory: how many, whose, with which values.
import type { Json, LoginCounts, LoginField, OwnCounts } from '@countersign/core'
import type { LoginTraits } from '../login/login-traits.ts'
import { type CountMin, cellsFromText, cellsToText, countMin } from './count-min.ts'
import { decay } from './decay.ts'
import { type DistinctSample, type DistinctValues, distinctValues } from './distinct-values.ts'

export interface Population {
  add(login: LoginTraits, subject: string, at: number): void
  /** `own` is part of it, whatever was lost here. */
  counts(own: OwnCounts, at: number): LoginCounts
  /** Adds what another instance counted. */
  merge(other: Population): void
  /** Fades to what is left at `at`. */
  age(at: number): void
  toJson(): Json
  readonly parts: Parts
}

interface Parts {
  at: number
  logins: number
  readonly users: DistinctValues
  /** Distinct values of the coarser fields. */
  readonly distinct: Readonly<Record<Coarse, DistinctValues>>
  /** Addresses and user agents, of which there are many. */
  readonly fine: CountMin
  readonly coarse: CountMin
}

type Coarse = Exclude<LoginField, 'address' | 'userAgent'>

const COARSE: readonly Coarse[] = ['asn', 'country', 'browser', 'os', 'deviceType']
const FINE_WIDTH = 8192
const COARSE_WIDTH = 4096
const VERSION = 1

export function createPopulation(parts: Parts = emptyParts()): Population {
  function age(at: number): void {
    const left = decay(at - parts.at)
    if (left === 1) return
    parts.logins *= left
    parts.fine.scale(left)
    parts.coarse.scale(left)
    parts.at = at
  }

  return {
    parts,
    age,
    add({ values }, subject, at) {
      // to the day: fading all counts at each login would cost more than it tells
      if (at - parts.at > DAY_MS || parts.logins === 0) ageTo(at)
      parts.logins += 1
      parts.users.add(subject, at)
      for (const field of COARSE) {
        parts.distinct[field].add(values[field], at)
        parts.coarse.add(keyOf(field, values[field]))
      }
      parts.fine.add(keyOf('address', values.address))
      parts.fine.add(keyOf('userAgent', values.userAgent))
    },
    counts(own, at) {
      const logins = Math.max(parts.logins, own.logins)
      return {
        logins,
        users: Math.max(1, parts.users.estimate(at)),
        count: (field, value) =>
          Math.min(
            logins,
            Math.max(sketchOf(parts, field).count(keyOf(field, value)), own.count(field, value)),
          ),
        distinct: (field) => (isCoarse(field) ? parts.distinct[field].estimate(at) : 0),
        // an address belongs to one network, a user agent string names one browser
        distinctWith: () => 1,
      }
    },
    merge(other) {
      const at = Math.max(parts.at, other.parts.at)
      ageTo(at)
      other.age(at)
      parts.logins += other.parts.logins
      parts.fine.merge(other.parts.fine)
      parts.coarse.merge(other.parts.coarse)
      parts.users.merge(other.parts.users.sample())
      for (const field of COARSE) parts.distinct[field].merge(other.parts.distinct[field].sample())
    },
    toJson: () => ({
      v: VERSION,
      at: parts.at,
      logins: parts.logins,
      users: sampleToJson(parts.users),
      distinct: Object.fromEntries(
        COARSE.map((field) => [field, sampleToJson(parts.distinct[field])]),
      ),
      fine: cellsToText(parts.fine.cells),
      coarse: cellsToText(parts.coarse.cells),
    }),
  }

  function ageTo(at: number): void {
    if (parts.logins === 0) parts.at = Math.max(parts.at, at)
    else age(at)
  }
}

/** @throws for what this version did not write */
export function populationFromJson(json: Json): Population {
  const read = json as unknown as Kept
  if (read?.v !== VERSION) throw new Error('the counts of all logins are of another version')
  const empty = emptyParts()
  return createPopulation({
    at: read.at,
    logins: read.logins,
    users: distinctValues(read.users),
    distinct: distinctOf((field) => read.distinct[field]),
    fine: countMin(FINE_WIDTH, cellsFromText(read.fine, empty.fine.cells.length)),
    coarse: countMin(COARSE_WIDTH, cellsFromText(read.coarse, empty.coarse.cells.length)),
  })
}

const DAY_MS = 86_400_000

interface Kept {
  readonly v: number
  readonly at: number
  readonly logins: number
  readonly users: DistinctSample
  readonly distinct: Readonly<Record<Coarse, DistinctSample>>
  readonly fine: string
  readonly coarse: string
}

function emptyParts(): Parts {
  return {
    at: 0,
    logins: 0,
    users: distinctValues(),
    distinct: distinctOf(() => undefined),
    fine: countMin(FINE_WIDTH),
    coarse: countMin(COARSE_WIDTH),
  }
}

function distinctOf(
  sampleOf: (field: Coarse) => DistinctSample | undefined,
): Record<Coarse, DistinctValues> {
  return Object.fromEntries(
    COARSE.map((field) => [field, distinctValues(sampleOf(field))]),
  ) as Record<Coarse, DistinctValues>
}

function sampleToJson(values: DistinctValues): Json {
  const { horizon, seen } = values.sample()
  return { horizon, seen: seen.map(([hash, day]) => [hash, day]) }
}

function isCoarse(field: LoginField): field is Coarse {
  return field !== 'address' && field !== 'userAgent'
}

function sketchOf({ fine, coarse }: Parts, field: LoginField): CountMin {
  return isCoarse(field) ? coarse : fine
}

function keyOf(field: LoginField, value: string): string {
  return `${field}\n${value}`
}
