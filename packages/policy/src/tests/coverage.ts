// What tests have seen of a policy: its rules, its opt-outs, and each atom of its conditions, true and false.
import {
  type CompiledPolicy,
  type Condition,
  coversAction,
  type ExplainedFacts,
  evaluatePolicy,
  type Facts,
  type Requirement,
  type Rule,
} from '@countersign/core'
import { conditionAtoms } from '../cel/condition-atoms.ts'

/** One thing that can happen. */
export interface Branch {
  readonly of: 'rule' | 'opt-out' | 'segment'
  readonly name: string
  /** A part of its condition; absent where it itself is meant. */
  readonly atom?: string
  readonly can:
    | 'be met'
    | 'be unmet'
    | 'deny'
    | 'not apply'
    | 'hold'
    | 'not hold'
    | 'be true'
    | 'be false'
  /** In how many cases it did. */
  readonly seen: number
}

export interface CoverageCounter {
  /** Counts what one case shows. */
  add(facts: Facts, explained: ExplainedFacts): void
  branches(): readonly Branch[]
}

export function createCoverageCounter(policy: CompiledPolicy): CoverageCounter {
  const branches = new Map<string, Branch>()
  const declare = (branch: Omit<Branch, 'seen'>) =>
    branches.set(keyOf(branch), { ...branch, seen: 0 })
  const see = (branch: Omit<Branch, 'seen'>) => {
    const known = branches.get(keyOf(branch))
    if (known !== undefined) branches.set(keyOf(branch), { ...known, seen: known.seen + 1 })
  }
  for (const rule of policy.rules)
    for (const can of ruleBranches(policy, rule)) declare({ of: 'rule', name: rule.id, can })
  for (const name of Object.keys(policy.optOuts))
    for (const can of ['hold', 'not hold'] as const) declare({ of: 'opt-out', name, can })
  const atoms = atomsOf(policy)
  for (const { of, name, atom } of atoms)
    for (const can of ['be true', 'be false'] as const) declare({ of, name, atom, can })
  const probe = probeOf(policy, atoms)

  return {
    add(facts, { verdict, checks }) {
      // nothing was asked then
      if (policy.actions !== 'any' && !Object.hasOwn(policy.actions, facts.action)) return
      for (const rule of policy.rules) {
        if (!rule.actions.some((pattern) => coversAction(pattern, facts.action))) continue
        const applies = rule.when === undefined ? 'true' : verdict.conditions[rule.id]
        const isUnmet = verdict.unmet.some((one) => one.rule === rule.id)
        const can =
          applies === 'false' ? 'not apply' : rule.deny ? 'deny' : isUnmet ? 'be unmet' : 'be met'
        see({ of: 'rule', name: rule.id, can })
      }
      for (const { optOut, holds } of checks)
        see({ of: 'opt-out', name: optOut, can: holds === 'true' ? 'hold' : 'not hold' })
      const { conditions } = evaluatePolicy(probe, facts)
      for (const [index, { of, name, atom, key }] of atoms.entries()) {
        // only where its condition was asked
        if (!Object.hasOwn(verdict.conditions, key)) continue
        const truth = conditions[`${index}`]
        if (truth === 'true' || truth === 'false') see({ of, name, atom, can: `be ${truth}` })
      }
    },
    branches: () => [...branches.values()],
  }
}

/** Of the same policy, by several files of tests. */
export function mergeCoverage(all: readonly (readonly Branch[])[]): readonly Branch[] {
  const merged = new Map<string, Branch>()
  for (const branch of all.flat()) {
    const seen = branch.seen + (merged.get(keyOf(branch))?.seen ?? 0)
    merged.set(keyOf(branch), { ...branch, seen })
  }
  return [...merged.values()]
}

function keyOf({ of, name, atom, can }: Omit<Branch, 'seen'>): string {
  return JSON.stringify([of, name, atom, can])
}

function ruleBranches(policy: CompiledPolicy, { when, require, deny }: Rule): Branch['can'][] {
  const otherwise: Branch['can'][] = when === undefined ? [] : ['not apply']
  if (deny === true || require === undefined) return ['deny', ...otherwise]
  return ['be met', ...(isAlwaysMet(policy, require) ? [] : ['be unmet' as const]), ...otherwise]
}

/** The first level is earned by any login. */
function isAlwaysMet({ levels }: CompiledPolicy, { acr, amr = [], maxAgeSeconds }: Requirement) {
  const isFirst = acr === undefined || acr === levels[0]?.acr
  return isFirst && amr.length === 0 && maxAgeSeconds === undefined
}

interface OwnedAtom {
  readonly of: Branch['of']
  readonly name: string
  /** Of the whole condition, in a verdict. */
  readonly key: string
  readonly atom: string
  readonly condition: Condition
}

function atomsOf({ rules, optOuts, segments }: CompiledPolicy): readonly OwnedAtom[] {
  const split = (of: Branch['of'], name: string, key: string, when: Condition | undefined) =>
    when === undefined
      ? []
      : conditionAtoms(when.tree).map(({ text, tree }) => {
          const condition = { ...when, source: text, tree }
          return { of, name, key, atom: text, condition }
        })
  return [
    ...rules.flatMap(({ id, when }) => split('rule', id, id, when)),
    ...Object.entries(optOuts).flatMap(([name, { when }]) => split('opt-out', name, name, when)),
    ...Object.entries(segments).flatMap(([name, { when }]) =>
      split('segment', name, `segment:${name}`, when),
    ),
  ]
}

/** The same policy with a rule for each atom: its verdict tells the truth of each. */
function probeOf(policy: CompiledPolicy, atoms: readonly OwnedAtom[]): CompiledPolicy {
  return {
    ...policy,
    actions: 'any',
    optOuts: {},
    rules: atoms.map(({ condition }, index) => ({
      ...{ id: `${index}`, actions: ['*'], when: condition, require: {}, optOuts: [] },
    })),
  }
}
