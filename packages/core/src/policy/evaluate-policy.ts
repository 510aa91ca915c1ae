// The policy decision point: compiled policy and facts in, verdict out. Pure, synchronous, no I/O.
import { assessRisk } from '../risk/assess-risk.ts'
import { checkProof, findPermit } from './check-permit.ts'
import type { CompiledPolicy } from './compiled-policy.ts'
import type { Facts, Truth } from './facts.ts'
import { type PreparedPolicy, type PreparedRule, preparePolicy } from './prepare-policy.ts'
import type { Risk } from './risk.ts'
import type { SpendingRule, UnmetRule, Verdict } from './verdict.ts'

const prepared = new WeakMap<CompiledPolicy, PreparedPolicy>()

/**
 * Works out what the policy says about one request, before opt-outs.
 *
 * Rules are a set: their order changes nothing but the order of `unmet`. A condition that is unknown applies (law 1): a rule
 * whose `when` is unknown has to be met, a denial whose `when` is unknown makes `denied` unknown. An action that the
 * policy does not declare is undetermined.
 *
 * @param compiled Made ready once per object, so pass the same one again.
 */
export function evaluatePolicy(compiled: CompiledPolicy, facts: Facts): Verdict {
  let policy = prepared.get(compiled)
  if (policy === undefined) {
    policy = preparePolicy(compiled)
    prepared.set(compiled, policy)
  }
  return evaluatePrepared(policy, facts)
}

export function evaluatePrepared(policy: PreparedPolicy, facts: Facts): Verdict {
  const conditions: Record<string, Truth> = {}
  const risk = assessRisk(policy.segments, facts, conditions)
  const plan = policy.planFor(facts.action)
  if (plan === undefined) return { denied: 'unknown', risk, conditions, unmet: [] }
  let denied: Truth = 'false'
  const unmet: UnmetRule[] = []
  let spends: SpendingRule[] | undefined
  for (const rule of plan.rules) {
    const applies = appliesTo(rule, facts, risk, conditions)
    if (applies === 'false') continue
    if (rule.require === undefined) denied = strongerDenial(denied, applies)
    else if (checkProof(policy.levels, rule.require, facts) !== 'requirement_met')
      unmet.push({ rule: rule.id, requirement: rule.require, optOuts: rule.optOuts })
    else if (rule.require.once === true) {
      const { id: permit = '' } = findPermit(rule.require, facts) ?? {}
      const { id, require: requirement, optOuts } = rule
      spends ??= []
      spends.push({ rule: id, requirement, optOuts, permit })
    }
  }
  for (const rule of unmet) addOptOutConditions(policy, rule, facts, risk, conditions)
  return spends === undefined
    ? { denied, risk, conditions, unmet }
    : { denied, risk, conditions, unmet, spends }
}

function appliesTo(
  rule: PreparedRule,
  facts: Facts,
  risk: Risk,
  conditions: Record<string, Truth>,
): Truth {
  if (rule.when === undefined) return 'true'
  const applies = rule.when(facts, risk)
  conditions[rule.id] = applies
  return applies
}

function strongerDenial(denied: Truth, applies: Truth): Truth {
  return denied === 'true' || applies === 'true' ? 'true' : 'unknown'
}

function addOptOutConditions(
  policy: PreparedPolicy,
  rule: UnmetRule,
  facts: Facts,
  risk: Risk,
  conditions: Record<string, Truth>,
): void {
  for (const name of rule.optOuts) {
    const when = policy.optOutConditions.get(name)
    if (when !== undefined && !Object.hasOwn(conditions, name)) conditions[name] = when(facts, risk)
  }
}
