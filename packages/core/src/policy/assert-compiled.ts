// Where nothing is compiled, a policy has to be.
import { ConfigurationError, describeValue } from '../configuration-error.ts'
import { type CompiledPolicy, EVALUATOR_VERSION } from './compiled-policy.ts'

/** @throws ConfigurationError `policy_not_compiled`: it is none, or one for another version of the evaluator */
export function assertCompiled(policy: unknown): asserts policy is CompiledPolicy {
  const { evaluator, routes } = (policy ?? {}) as Partial<CompiledPolicy>
  if (evaluator === EVALUATOR_VERSION && Array.isArray(routes)) return
  throw new ConfigurationError({
    code: 'policy_not_compiled',
    path: 'policy',
    problem: 'must be a compiled policy: nothing is compiled on the edge',
    got: describeValue(policy),
    fix: 'Compile it beforehand with compilePolicy of @countersign/policy, of the same version, and import the JSON.',
  })
}
