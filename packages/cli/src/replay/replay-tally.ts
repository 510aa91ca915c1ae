// What a replay finds, counted: by kind of change, segment, action, opt-out, day, and what became of labelled decisions.
import type { Outcome, Replayed, Underivable } from '@countersign/core'
import { type DifferenceKind, differenceKind } from '@countersign/policy'

export type Label = 'fraud' | 'legitimate'
export type Kinds = Partial<Record<DifferenceKind, number>>

export interface Counted {
  decided: number
  changed: number
  readonly kinds: Kinds
}

export interface OptOutCounted {
  /** Decisions that stood on it. */
  before: number
  after: number
  gained: number
  lost: number
}

/** Stopped: challenged or denied. Else they went on. */
export interface LabelCounted {
  /** Stopped by both. */
  stopped: number
  /** Stopped by neither. */
  wentOn: number
  newlyStopped: number
  /** Stopped then, and not by the candidate. */
  newlyWentOn: number
}

export interface ReplayTally extends Counted {
  readonly underivable: Partial<Record<Underivable, number>>
  readonly segments: Readonly<Record<string, Counted>>
  readonly actions: Readonly<Record<string, Counted>>
  readonly optOuts: Readonly<Record<string, OptOutCounted>>
  /** By day, UTC: `2026-11-24`. */
  readonly days: Readonly<Record<string, Counted>>
  readonly labelled: Readonly<Record<Label, LabelCounted>>
}

export interface TallyMaker {
  add(replayed: Replayed, at: number, label: Label | undefined): void
  tally(): ReplayTally
}

export function createTally(): TallyMaker {
  const all = counted()
  const underivable: Partial<Record<Underivable, number>> = {}
  const segments = new Map<string, Counted>()
  const actions = new Map<string, Counted>()
  const optOuts = new Map<string, OptOutCounted>()
  const days = new Map<number, Counted>()
  const labelled = { fraud: labelCounted(), legitimate: labelCounted() }

  function add(replayed: Replayed, at: number, label: Label | undefined): void {
    if (replayed.is === 'underivable') {
      underivable[replayed.why] = (underivable[replayed.why] ?? 0) + 1
      return
    }
    const { before, after, action, optOutsBefore, optOutsAfter } = replayed
    const kind = differenceKind(before, after)
    count(all, kind)
    count(of(actions, action, counted), kind)
    count(of(days, Math.floor(at / DAY_MS), counted), kind)
    for (const segment of replayed.segments) count(of(segments, segment, counted), kind)
    for (const name of optOutsBefore) {
      const one = of(optOuts, name, optOutCounted)
      one.before += 1
      if (!optOutsAfter.includes(name)) one.lost += 1
    }
    for (const name of optOutsAfter) {
      const one = of(optOuts, name, optOutCounted)
      one.after += 1
      if (!optOutsBefore.includes(name)) one.gained += 1
    }
    if (label !== undefined) labelled[label][becameOf(before, after)] += 1
  }

  return {
    add,
    tally: () => ({
      ...all,
      underivable,
      segments: Object.fromEntries(segments),
      actions: Object.fromEntries(actions),
      optOuts: Object.fromEntries(optOuts),
      days: Object.fromEntries(
        [...days].sort(([a], [b]) => a - b).map(([n, one]) => [day(n), one]),
      ),
      labelled,
    }),
  }
}

const DAY_MS = 86_400_000

function day(number: number): string {
  return new Date(number * DAY_MS).toISOString().slice(0, 10)
}

function becameOf(before: Outcome, after: Outcome): keyof LabelCounted {
  if (isStopped(before)) return isStopped(after) ? 'stopped' : 'newlyWentOn'
  return isStopped(after) ? 'newlyStopped' : 'wentOn'
}

function isStopped(outcome: Outcome): boolean {
  return outcome === 'challenge' || outcome === 'deny'
}

function count(one: Counted, kind: DifferenceKind | undefined): void {
  one.decided += 1
  if (kind === undefined) return
  one.changed += 1
  one.kinds[kind] = (one.kinds[kind] ?? 0) + 1
}

function of<Key, T>(map: Map<Key, T>, key: Key, make: () => T): T {
  let known = map.get(key)
  if (known === undefined) {
    known = make()
    map.set(key, known)
  }
  return known
}

function counted(): Counted {
  return { decided: 0, changed: 0, kinds: {} }
}

function optOutCounted(): OptOutCounted {
  return { before: 0, after: 0, gained: 0, lost: 0 }
}

function labelCounted(): LabelCounted {
  return { stopped: 0, wentOn: 0, newlyStopped: 0, newlyWentOn: 0 }
}
