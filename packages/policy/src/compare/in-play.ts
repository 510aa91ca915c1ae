// What of a policy counts for one action: its rules, the opt-outs that they list, and what these read.
import type {
  CompiledPolicy,
  Condition,
  OptOut,
  Rule,
  Segment,
  ThreatModel,
} from '@countersign/core'
import { canonicalJson, coversAction } from '@countersign/core'
import { type Atom, conditionAtoms } from '../cel/condition-atoms.ts'

export interface InPlay {
  readonly policy: CompiledPolicy
  readonly rules: readonly Rule[]
  readonly optOuts: Readonly<Record<string, OptOut>>
  /** Empty where nothing asks for the risk. */
  readonly segments: Readonly<Record<string, Segment>>
  readonly models: Readonly<Record<string, ThreatModel>>
  readonly atoms: readonly Atom[]
  /** The same text: the same decisions on this action, whatever the facts. */
  readonly text: string
}

export function inPlay(policy: CompiledPolicy, action: string): InPlay {
  const rules = policy.rules.filter(({ actions }) =>
    actions.some((pattern) => coversAction(pattern, action)),
  )
  const listed = new Set(rules.flatMap(({ deny, optOuts }) => (deny ? [] : optOuts)))
  const optOuts = pick(policy.optOuts, (name) => listed.has(name))
  const own = [...rules, ...Object.values(optOuts)].flatMap(({ when }) => when ?? [])
  const asksRisk = listed.size > 0 || own.some(({ reads }) => reads.facts.includes('risk'))
  const segments = asksRisk ? policy.segments : {}
  const used = new Set(Object.values(segments).map(({ threatModel }) => threatModel))
  const models = pick(policy.threatModels, (name) => used.has(name))
  const conditions = [...own, ...Object.values(segments).flatMap(({ when }) => when ?? [])]
  const declaration = policy.actions === 'any' ? 'any' : (policy.actions[action] ?? 'undeclared')
  const said = { rules: byId(rules), optOuts, segments, models, declaration, levels: policy.levels }
  return {
    ...{ policy, rules, optOuts, segments, models },
    atoms: distinct(conditions),
    text: canonicalJson(JSON.parse(JSON.stringify(said))),
  }
}

function byId(rules: readonly Rule[]): readonly object[] {
  const said = rules.map(({ actions: _, optOuts, ...rule }) => ({
    ...rule,
    optOuts: [...optOuts].sort(),
  }))
  return said.sort((a, b) => (a.id < b.id ? -1 : 1))
}

function distinct(conditions: readonly Condition[]): readonly Atom[] {
  const atoms = conditions.flatMap(({ tree }) => conditionAtoms(tree))
  return [...new Map(atoms.map((atom) => [atom.text, atom])).values()]
}

function pick<T>(
  table: Readonly<Record<string, T>>,
  keep: (name: string) => boolean,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(table).filter(([name]) => keep(name)))
}
