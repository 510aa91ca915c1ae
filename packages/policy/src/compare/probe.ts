// Small policies that are asked instead of the whole one, so that only core says what an atom, a requirement, a network
// or a threat model makes of facts.
import {
  type CompiledPolicy,
  createExplainer,
  evaluatePolicy,
  type Facts,
  type Requirement,
  type ThreatModel,
} from '@countersign/core'
import type { Atom } from '../cel/condition-atoms.ts'

export type Ask = (facts: Facts) => readonly (string | number)[]

/** The truth of each. */
export function askAtoms(policy: CompiledPolicy, atoms: readonly Atom[]): Ask {
  const reads = { resource: [], claims: [], signals: [], facts: [] }
  const rules = atoms.map(({ text, tree }, index) => ({
    ...{ id: `${index}`, actions: ['*'], require: {}, optOuts: [] },
    when: { source: text, tree, reads },
  }))
  const probe = probeOf(policy, { rules })
  return (facts) => {
    const { conditions } = evaluatePolicy(probe, facts)
    return atoms.map((_, index) => conditions[`${index}`] ?? 'unknown')
  }
}

/** Whether each is met: 1 or 0. */
export function askRequirements(policy: CompiledPolicy, all: readonly Requirement[]): Ask {
  const rules = all.map((require, index) => ({
    ...{ id: `${index}`, actions: ['*'], require, optOuts: [] },
  }))
  const probe = probeOf(policy, { rules })
  return (facts) => {
    const unmet = new Set(evaluatePolicy(probe, facts).unmet.map(({ rule }) => rule))
    return all.map((_, index) => (unmet.has(`${index}`) ? 0 : 1))
  }
}

/** Whether the address lies in each of the lists. */
export function askNetworks(policy: CompiledPolicy, lists: readonly (readonly string[])[]): Ask {
  const names = lists.map((_, index) => `n${index}`)
  const model = { bias: -9, signals: {}, levels: { MEDIUM: 0.5, HIGH: 0.9 } }
  const never = { maxAgeSeconds: 1 }
  const explain = createExplainer(
    probeOf(policy, {
      threatModels: { calm: model },
      segments: { all: { threatModel: 'calm' } },
      rules: [{ id: 'r', actions: ['*'], require: never, optOuts: names }],
      optOuts: Object.fromEntries(
        lists.map((networks, index) => [
          `n${index}`,
          { kind: 'network', networks, until: Number.MAX_SAFE_INTEGER, riskBelow: 'HIGH' },
        ]),
      ),
    }),
  )
  return (facts) => {
    const { checks } = explain({ ...facts, session: { ...facts.session, factors: [] } })
    return names.map((name) => checks.find(({ optOut }) => optOut === name)?.holds ?? 'unknown')
  }
}

/** The lower and the upper level that each model by itself would come to: 0, 1 or 2. */
export function askModels(
  policy: CompiledPolicy,
  models: Readonly<Record<string, ThreatModel>>,
): Ask {
  const probes = Object.entries(models).map(([name, model]) => ({
    model,
    probe: probeOf(policy, {
      threatModels: { [name]: model },
      segments: { all: { threatModel: name } },
    }),
  }))
  return (facts) =>
    probes.flatMap(({ model, probe }) => {
      const { low, high } = evaluatePolicy(probe, facts).risk
      return [rank(model, low), rank(model, high)]
    })
}

function rank({ levels }: ThreatModel, score: number): number {
  return score >= levels.HIGH ? 2 : score >= levels.MEDIUM ? 1 : 0
}

function probeOf(policy: CompiledPolicy, instead: Partial<CompiledPolicy>): CompiledPolicy {
  return { ...policy, actions: 'any', rules: [], optOuts: {}, segments: {}, ...instead }
}
