// A compiled policy made ready to run: everything that can be done once per policy is done here.
import { LRUCache } from 'lru-cache'
import { COLD_START, type PreparedSegment, prepareModel } from '../risk/assess-risk.ts'
import { type AssuranceLevels, prepareLevels } from './check-requirement.ts'
import type { ActionDeclaration, CompiledPolicy, Requirement, Rule } from './compiled-policy.ts'
import type { Condition } from './condition.ts'
import type { Facts, Truth } from './facts.ts'
import { prepareCondition } from './prepare-condition.ts'
import type { Risk } from './risk.ts'

export interface PreparedPolicy {
  readonly compiled: CompiledPolicy
  readonly levels: AssuranceLevels
  readonly segments: readonly PreparedSegment[]
  /** The conditions of its opt-outs, by name. */
  readonly optOutConditions: ReadonlyMap<string, PreparedCondition>
  /** The rules of one action, found by name; `undefined`: the policy does not declare it. */
  planFor(action: string): ActionPlan | undefined
  /** Every signal code that the policy names, in its threat models, its conditions or as external. */
  readonly signals: readonly string[]
}

export interface ActionPlan {
  readonly declaration: ActionDeclaration
  readonly rules: readonly PreparedRule[]
}

export interface PreparedRule {
  readonly id: string
  readonly when: PreparedCondition | undefined
  readonly require: Requirement | undefined
  readonly optOuts: readonly string[]
}

export type PreparedCondition = (facts: Facts, risk: Risk | undefined) => Truth

interface PlanCache {
  get(action: string): ActionPlan | undefined
  set(action: string, plan: ActionPlan): unknown
}

const UNDECLARED: ActionDeclaration = { sensitive: false, open: false, resource: {} }
const MOST_PLANS = 10_000

export function preparePolicy(compiled: CompiledPolicy): PreparedPolicy {
  const models = new Map(
    Object.entries(compiled.threatModels).map(
      ([name, model]) => [name, prepareModel(name, model)] as const,
    ),
  )
  const segments = Object.entries(compiled.segments).flatMap(
    ([name, segment]): PreparedSegment[] => {
      const model = models.get(segment.threatModel)
      const when = segment.when === undefined ? undefined : prepareCondition(segment.when)
      return model === undefined
        ? []
        : [
            {
              name,
              key: `segment:${name}`,
              model,
              when: when && ((facts) => when(facts, undefined)),
            },
          ]
    },
  )
  const optOutConditions = new Map(
    Object.entries(compiled.optOuts).flatMap(([name, { when }]) =>
      when === undefined ? [] : [[name, prepareCondition(when)] as const],
    ),
  )
  const byAction = indexRules(compiled.rules)
  // declared actions are as many as the policy says; where it takes any name, an app's variables could make endless ones
  const plans: PlanCache =
    compiled.actions === 'any'
      ? new LRUCache<string, ActionPlan>({ max: MOST_PLANS })
      : new Map<string, ActionPlan>()
  return {
    compiled,
    levels: prepareLevels(compiled.levels),
    segments,
    optOutConditions,
    signals: namedSignals(compiled),
    planFor(action) {
      const known = plans.get(action)
      if (known !== undefined) return known
      const declaration = declarationOf(compiled, action)
      if (declaration === undefined) return undefined
      const plan = { declaration, rules: byAction(action) }
      plans.set(action, plan)
      return plan
    },
  }
}

function declarationOf(compiled: CompiledPolicy, action: string): ActionDeclaration | undefined {
  if (compiled.actions === 'any') return UNDECLARED
  return Object.hasOwn(compiled.actions, action) ? compiled.actions[action] : undefined
}

/** Whether a rule's pattern covers an action: the same name, or a final `*` for any rest, dots included. */
export function coversAction(pattern: string, action: string): boolean {
  return pattern.endsWith('*') ? action.startsWith(pattern.slice(0, -1)) : pattern === action
}

function indexRules(rules: readonly Rule[]): (action: string) => readonly PreparedRule[] {
  const prepared = rules.map((rule) => ({ rule, prepared: prepareRule(rule) }))
  return (action) =>
    prepared
      .filter(({ rule }) => rule.actions.some((pattern) => coversAction(pattern, action)))
      .map((entry) => entry.prepared)
}

function prepareRule(rule: Rule): PreparedRule {
  return {
    id: rule.id,
    when: rule.when === undefined ? undefined : prepareCondition(rule.when),
    require: rule.deny === true ? undefined : rule.require,
    optOuts: rule.optOuts,
  }
}

function namedSignals(compiled: CompiledPolicy): readonly string[] {
  const conditions: readonly (Condition | undefined)[] = [
    ...compiled.rules.map((rule) => rule.when),
    ...Object.values(compiled.optOuts).map((optOut) => optOut.when),
    ...Object.values(compiled.segments).map((segment) => segment.when),
  ]
  const codes = new Set([
    ...compiled.external,
    ...Object.values(compiled.threatModels).flatMap((model) => Object.keys(model.signals)),
    ...conditions.flatMap((condition) => condition?.reads.signals ?? []),
  ])
  codes.delete(COLD_START)
  return [...codes].sort()
}
