// Two policies side by side: for whom they decide differently. A search over the facts that the two can tell apart, in
// which every kind of situation is decided by both.
import { type CompiledPolicy, createExplainer, type ExplainedFacts } from '@countersign/core'
import { conditionAtoms } from '../cel/condition-atoms.ts'
import type { Situation } from '../facts/read-situation.ts'
import { mergeFacts } from '../tests/merge-facts.ts'
import { whySo } from '../tests/why-so.ts'
import { actionsToCompare, conditionTrees, readsAction } from './actions-to-compare.ts'
import { addressOptions } from './address-options.ts'
import { tellInfinite } from './atoms-about.ts'
import { eachCombination } from './combinations.ts'
import type { Comparison, Decided, Difference } from './comparison.ts'
import { deviceOptions } from './device-options.ts'
import { DIFFERENCE_KINDS, differenceKind } from './difference-kind.ts'
import {
  moment,
  type Options,
  type Search,
  type Sides,
  situationOn,
  type Written,
  writtenFor,
} from './dimension.ts'
import { factorOptions } from './factor-options.ts'
import { type InPlay, inPlay } from './in-play.ts'
import { isListable } from './is-listable.ts'
import { type Lay, prepareLay } from './lay-over.ts'
import { resourceOptions } from './resource-options.ts'
import { signalOptions } from './signal-options.ts'
import { subjectOptions } from './subject-options.ts'

export interface CompareOptions {
  /** Milliseconds since the epoch: what ended before is not looked at. @default Date.now() */
  readonly now?: number
  /** Situations to decide for each action and moment at most. @default 200,000 */
  readonly most?: number
}

/** Pure. What is not complete says so in `limits`; each difference has facts that show it. */
export function comparePolicies(
  live: CompiledPolicy,
  candidate: CompiledPolicy,
  { now = Date.now(), most = 200_000 }: CompareOptions = {},
): Comparison {
  const limits = new Set<string>()
  const found = new Map<string, Difference>()
  const explain = { live: createExplainer(live), candidate: createExplainer(candidate) }
  let situations = 0
  tellActions([live, candidate], limits)
  for (const action of actionsToCompare([live, candidate])) {
    const sides = { live: inPlay(live, action), candidate: inPlay(candidate, action) }
    if (sides.live.text === sides.candidate.text) continue
    for (const at of momentsOf(sides, now)) {
      const base: Written = { at: moment(at), action, subject: 'somebody' }
      const search = { ...sides, action, at, base, limit: (text: string) => void limits.add(text) }
      situations += searchIn(search, explain, most, found)
    }
  }
  return {
    differences: [...found.values()].sort(byKind),
    complete: limits.size === 0,
    limits: [...limits],
    situations,
  }
}

/** Now, and each moment at which an opt-out ends. */
function momentsOf({ live, candidate }: Sides<InPlay>, now: number): readonly number[] {
  const ends = [live, candidate].flatMap(({ optOuts }) =>
    Object.values(optOuts).flatMap(({ until }) => until ?? []),
  )
  return [...new Set([now, ...ends.filter((end) => end > now)])].sort((a, b) => a - b)
}

function tellActions(policies: readonly CompiledPolicy[], limits: Set<string>): void {
  if (!policies.some(({ actions }) => actions === 'any')) return
  for (const { text, tree } of conditionTrees(policies).flatMap(conditionAtoms))
    if (readsAction(tree) && !isListable(tree))
      limits.add(`Of ${text} only examples were tried: its values cannot be listed.`)
}

type Explain = (facts: Situation['facts'], spent: Situation['spent']) => ExplainedFacts

/** @returns how many situations were decided */
function searchIn(
  search: Search,
  explain: Sides<Explain>,
  most: number,
  found: Map<string, Difference>,
): number {
  tellInfinite(search)
  const dimensions: readonly Options[] = [
    factorOptions(search),
    deviceOptions(search),
    ...resourceOptions(search),
    signalOptions(search),
    addressOptions(search),
    ...subjectOptions(search),
  ].filter((options) => options.length > 0)
  const lay = {
    live: prepareAll(search, 'live', dimensions),
    candidate: prepareAll(search, 'candidate', dimensions),
  }
  const base = {
    live: situationOn(search.live, search.base, search.at),
    candidate: situationOn(search.candidate, search.base, search.at),
  }
  let decided = 0
  const all = eachCombination(dimensions, (combination) => {
    if (decided === most) return false
    decided += 1
    const decide = (side: 'live' | 'candidate') => {
      let situation = base[side]
      for (const option of combination) situation = lay[side].get(option)?.(situation) ?? situation
      return explain[side](situation.facts, situation.spent)
    }
    note(search, found, decide('live'), decide('candidate'), combination)
    return true
  })
  if (!all)
    search.limit(
      `${search.action}: ${most} situations were decided, those that differ least from a plain one; there are more.`,
    )
  return decided
}

function prepareAll(
  search: Search,
  side: 'live' | 'candidate',
  dimensions: readonly Options[],
): ReadonlyMap<Written, Lay> {
  return new Map(dimensions.flat().map((option) => [option, prepareLay(search, side, option)]))
}

function note(
  search: Search,
  found: Map<string, Difference>,
  live: ExplainedFacts,
  candidate: ExplainedFacts,
  combination: readonly Written[],
): void {
  const kind = differenceKind(live.outcome, candidate.outcome)
  if (kind === undefined) return
  const { action } = search
  const key = JSON.stringify([kind, action, live.outcome, live.optOuts, candidate.optOuts])
  const known = found.get(key)
  if (known !== undefined) {
    found.set(key, { ...known, situations: known.situations + 1 })
    return
  }
  const written = combination.reduce((facts, option) => mergeFacts(facts, option), search.base)
  const facts = writtenFor(search.candidate, written)
  const liveFacts = writtenFor(search.live, written)
  const differ = JSON.stringify(facts) !== JSON.stringify(liveFacts)
  found.set(key, {
    ...{ kind, action, live: decidedBy(live), candidate: decidedBy(candidate) },
    ...{ situations: 1, facts },
    ...(differ ? { liveFacts } : {}),
  })
}

function decidedBy(explained: ExplainedFacts): Decided {
  const { outcome, optOuts } = explained
  return { outcome, optOuts, why: whySo(explained) }
}

function byKind(a: Difference, b: Difference): number {
  return DIFFERENCE_KINDS.indexOf(a.kind) - DIFFERENCE_KINDS.indexOf(b.kind)
}
