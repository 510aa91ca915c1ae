// One direction of the search: facts of one kind, in every way that the two policies can tell apart.
import type { Facts, Json } from '@countersign/core'
import { readSituation, type Situation } from '../facts/read-situation.ts'
import { mergeFacts } from '../tests/merge-facts.ts'
import type { InPlay } from './in-play.ts'

export type Written = Readonly<Record<string, Json>>

/** What is laid over the facts; the first is the plain one. */
export type Options = readonly Written[]

export interface Sides<T> {
  readonly live: T
  readonly candidate: T
}

export const SIDES = ['live', 'candidate'] as const

/** What a search for one action at one moment goes out from. */
export interface Search extends Sides<InPlay> {
  readonly action: string
  /** Milliseconds since the epoch. */
  readonly at: number
  /** The facts that everything is laid over. */
  readonly base: Written
  /** Told once why the search is not complete. */
  limit(sentence: string): void
}

/** As the policy of that side reads it: attributes that it does not declare are not there. */
export function situationOn(side: InPlay, written: Written, at: number): Situation {
  return readSituation(writtenFor(side, written), side.policy, at)
}

export function writtenFor(side: InPlay, written: Written): Written {
  return withOwnAllowances(side, withOwnAttributes(side, written))
}

function withOwnAllowances({ policy }: InPlay, written: Written): Written {
  const { spent } = written
  if (spent === undefined) return written
  const { optOuts } = policy
  const kept = Object.entries(spent as Written).filter(
    ([name]) => Object.hasOwn(optOuts, name) && optOuts[name]?.kind === 'allowance',
  )
  return { ...written, spent: Object.fromEntries(kept) }
}

function withOwnAttributes({ policy }: InPlay, written: Written): Written {
  const { resource, action } = written
  if (resource === undefined) return written
  const { actions } = policy
  const name = String(action)
  const declared = actions !== 'any' && Object.hasOwn(actions, name) ? actions[name]?.resource : {}
  const kept = Object.entries(resource as Written).filter(([key]) =>
    Object.hasOwn(declared ?? {}, key),
  )
  return { ...written, resource: Object.fromEntries(kept) }
}

/** One option of each kind that `tell` tells apart on either side, the first that was found of each. */
export function distinctOptions(
  search: Search,
  options: Options,
  tell: Sides<(facts: Facts) => unknown>,
): Options {
  const found = new Map<string, Written>()
  for (const option of options) {
    const written = mergeFacts(search.base, option)
    const told = SIDES.map((side) =>
      tell[side](situationOn(search[side], written, search.at).facts),
    )
    const key = JSON.stringify(told)
    if (!found.has(key)) found.set(key, option)
  }
  return [...found.values()]
}

/** Milliseconds since the epoch, as facts have it. */
export function moment(at: number): string {
  return new Date(at).toISOString()
}
