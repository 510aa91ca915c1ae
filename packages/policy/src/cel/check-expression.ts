// Any expression of the admitted subset, over any names: what conditions, and the conformance data, are checked by.

import { Environment } from '@marcbachmann/cel-js'
import type { CelType } from './cel-type.ts'
import { checkNode } from './check-node.ts'
import type { Names } from './checking.ts'
import type { Expression } from './compiled-tree.ts'
import type { ConditionProblem } from './condition-problem.ts'
import { LIMITS, parseSource } from './parse-source.ts'

export type CheckedExpression =
  | { readonly ok: true; readonly tree: Expression; readonly type: CelType }
  | { readonly ok: false; readonly problems: readonly ConditionProblem[] }

/** `environment` tells the library's own checker about the names: made by `createEnvironment`. */
export function checkExpression(
  source: string,
  names: Names,
  environment: Environment,
): CheckedExpression {
  const parsed = parseSource(source, environment)
  if (!parsed.ok) return { ok: false, problems: [parsed.problem] }
  const problems: ConditionProblem[] = []
  const typed = checkNode(parsed.ast, { source, names, depth: 0, problems })
  if (typed === undefined) return { ok: false, problems }
  const problem = parsed.check()
  return problem ? { ok: false, problems: [problem] } : { ok: true, ...typed }
}

/** Without names, with our limits. */
export function createEnvironment(): Environment {
  return new Environment({
    unlistedVariablesAreDyn: false,
    homogeneousAggregateLiterals: false,
    limits: LIMITS,
  })
}
