// A condition of the policy: CEL source in, a compiled condition or all its mistakes out.
import type { Condition } from '@countersign/core'
import type { Environment } from '@marcbachmann/cel-js'
import { describeType } from './cel-type.ts'
import { checkExpression, createEnvironment } from './check-expression.ts'
import { collectReads, countPatternSteps } from './collect-reads.ts'
import { conditionNames } from './condition-names.ts'
import type { ConditionProblem } from './condition-problem.ts'
import type { ConditionScope } from './condition-scope.ts'

export type CheckedCondition =
  | { readonly ok: true; readonly condition: Condition }
  | { readonly ok: false; readonly problems: readonly ConditionProblem[] }

/** In all patterns of one condition. */
const MAX_PATTERN_STEPS = 2_000

/**
 * Parses, type-checks and compiles a condition. Bounded in time and memory whatever the source (T52); never throws for
 * what is written in it.
 */
export function checkCondition(source: string, scope: ConditionScope): CheckedCondition {
  const checked = checkExpression(source, conditionNames(scope), factEnvironment())
  if (!checked.ok) return checked
  const { tree, type } = checked
  if (type !== 'bool' && type !== 'any') {
    return refused(source, `A condition is true or false; this is ${describeType(type)}.`)
  }
  if (countPatternSteps(tree) > MAX_PATTERN_STEPS) {
    return refused(source, 'The patterns of this condition are too large together.')
  }
  return { ok: true, condition: { source, tree, reads: collectReads(tree) } }
}

let environment: Environment | undefined

/** Made once. The groups are maps of anything here: our own checker knows what is in them. */
function factEnvironment(): Environment {
  environment ??= createEnvironment()
    .registerVariable('action', 'string')
    .registerVariable('address', 'string')
    .registerVariable('resource', 'map')
    .registerVariable('signals', 'map')
    .registerVariable('subject', { schema: { id: 'string', claims: 'map' } })
    .registerVariable('session', { schema: { id: 'string' } })
    .registerVariable('device', { schema: { id: 'string', trusted: 'bool' } })
    .registerVariable('risk', { schema: { level: 'string' } })
  return environment
}

function refused(source: string, message: string): CheckedCondition {
  const found = source.length > 80 ? `${source.slice(0, 79)}…` : source
  const fix = 'Compare it with something, or split it over several rules.'
  return { ok: false, problems: [{ message, found, fix, offset: 0 }] }
}
