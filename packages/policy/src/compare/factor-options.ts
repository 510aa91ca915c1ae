// What was proved: every set of requirements that can be met together, of both policies.
import type { Json, Requirement } from '@countersign/core'
import { mergeFacts } from '../tests/merge-facts.ts'
import { moment, type Options, type Search, SIDES, situationOn } from './dimension.ts'
import type { InPlay } from './in-play.ts'
import { askRequirements } from './probe.ts'

/** Methods (`amr:pwd`), levels (`acr:aal2`) and a login without either (`login`), each with its age in seconds. */
type Proved = Readonly<Record<string, number>>

const MOST_STATES = 2_000

/**
 * Meeting a requirement is monotone: more, or fresher, proof never meets less. So whatever can be met together is met
 * by a join of the least proofs of each, and these are few.
 */
export function factorOptions(search: Search): Options {
  const ages = SIDES.flatMap((side) => requirementsOf(search[side])).flatMap(
    ({ maxAgeSeconds }) => maxAgeSeconds ?? [],
  )
  const old = Math.max(60, ...ages) + 1
  const tell = tellMet(search)
  const least = SIDES.flatMap((side) =>
    requirementsOf(search[side]).flatMap((requirement) => {
      const met = askRequirements(search[side].policy, [requirement])
      const meets = (proved: Proved) => {
        const written = mergeFacts(search.base, { factors: toFactors(proved, search.at) })
        return met(situationOn(search[side], written, search.at).facts)[0] === 1
      }
      return minimal(witnesses(search[side], requirement, old).filter(meets))
    }),
  )
  const found = new Map<string, Proved>()
  for (const state of joinsOf(least, search)) {
    const factors = toFactors(state, search.at)
    const key = tell(mergeFacts(search.base, { factors }))
    if (!found.has(key)) found.set(key, state)
  }
  return [...found.values()].map((state) => ({ factors: toFactors(state, search.at) }))
}

function requirementsOf({ rules }: InPlay): readonly Requirement[] {
  return rules.flatMap(({ require }) => require ?? [])
}

function tellMet(search: Search): (written: Readonly<Record<string, Json>>) => string {
  const asks = SIDES.map((side) => ({
    side: search[side],
    ask: askRequirements(search[side].policy, requirementsOf(search[side])),
  }))
  return (written) =>
    JSON.stringify(asks.map(({ side, ask }) => ask(situationOn(side, written, search.at).facts)))
}

/** Proofs among which are all the least ones that meet the requirement. */
function witnesses({ policy }: InPlay, { acr, amr = [], maxAgeSeconds }: Requirement, old: number) {
  const age = maxAgeSeconds ?? old
  const { levels } = policy
  const demanded = levels.findIndex((level) => level.acr === acr)
  const own = join(Object.fromEntries(amr.map((method) => [`amr:${method}`, age])), {})
  const login: Proved = maxAgeSeconds === undefined ? {} : { login: age }
  if (acr === undefined) return [amr.length > 0 ? own : login]
  if (demanded === 0) return [join(own, login)]
  const reaching = levels.slice(Math.max(0, demanded))
  return [
    ...reaching.map((level): Proved => ({ [`acr:${level.acr}`]: age })),
    ...reaching.flatMap((level) => level.amr).flatMap((set) => agings(set, age, old)),
  ].map((proved) => join(proved, own))
}

/** Which of the methods have to be fresh is core's to say: every choice is tried. */
function agings(methods: readonly string[], age: number, old: number): readonly Proved[] {
  return methods.reduce<readonly Proved[]>(
    (all, method) =>
      all.flatMap((proved) => [
        { ...proved, [`amr:${method}`]: age },
        { ...proved, [`amr:${method}`]: old },
      ]),
    [{}],
  )
}

function minimal(all: readonly Proved[]): readonly Proved[] {
  return all.filter(
    (one, index) =>
      !all.some(
        (other, at) => at !== index && isLess(other, one) && !(isLess(one, other) && at > index),
      ),
  )
}

/** Proves no more. */
function isLess(a: Proved, b: Proved): boolean {
  return Object.entries(a).every(([name, age]) => {
    const other = b[name]
    return other !== undefined && other <= age
  })
}

function joinsOf(least: readonly Proved[], search: Search): readonly Proved[] {
  const states = new Map<string, Proved>([['', {}]])
  for (const witness of least) {
    for (const state of [...states.values()]) {
      const joined = join(state, witness)
      states.set(keyOf(joined), joined)
      if (states.size < MOST_STATES) continue
      search.limit(
        `${search.action}: what can be proved was tried in ${MOST_STATES} ways, and there are more.`,
      )
      return [...states.values()]
    }
  }
  return [...states.values()]
}

function join(a: Proved, b: Proved): Proved {
  const joined: Record<string, number> = { ...a }
  for (const [name, age] of Object.entries(b)) joined[name] = Math.min(age, joined[name] ?? age)
  return joined
}

function keyOf(proved: Proved): string {
  return Object.entries(proved)
    .map(([name, age]) => `${name} ${age}`)
    .sort()
    .join()
}

/** Methods of the same age as one act. */
function toFactors(proved: Proved, at: number): Json {
  const acts = new Map<number, string[]>()
  const factors: Json[] = []
  for (const [name, age] of Object.entries(proved)) {
    if (name.startsWith('amr:')) acts.set(age, [...(acts.get(age) ?? []), name.slice(4)])
    else if (name === 'login') acts.set(age, acts.get(age) ?? [])
    else factors.push({ acr: name.slice(4), amr: [], at: moment(at - age * 1000) })
  }
  for (const [age, amr] of acts) factors.push({ amr, at: moment(at - age * 1000) })
  return factors
}
