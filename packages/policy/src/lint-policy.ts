// Everything that is wrong or doubtful in a policy.
import { inspectPolicy, type PolicyOptions } from './inspect-policy.ts'
import type { PolicyDocument } from './policy-document.ts'
import type { PolicyProblem } from './problems/policy-problem.ts'

/** Errors and warnings, in the order of the text; empty for a policy that is fine. Never throws for a bad policy. */
export function lintPolicy(
  input: string | PolicyDocument,
  options: PolicyOptions = {},
): readonly PolicyProblem[] {
  return inspectPolicy(input, options).problems
}
