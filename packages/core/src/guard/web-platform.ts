// What a runtime without files brings to a guard: nothing. Policies come compiled, and state is kept where the app says.
import { ConfigurationError, describeValue } from '../configuration-error.ts'
import { type CompiledPolicy, EVALUATOR_VERSION } from '../policy/compiled-policy.ts'
import type { Platform } from './guard-options.ts'

/** For workers and the like. A guard needs a `backend`, and a `policy` that `compilePolicy` of @countersign/policy wrote. */
export const webPlatform: Platform = {
  defaultBackend() {
    throw new ConfigurationError({
      code: 'backend_missing',
      path: 'backend',
      problem: 'is needed where there are no files to keep state in',
      got: 'undefined',
      fix: 'Write backend: memoryBackend() to forget everything with the process, or hand in one that keeps it.',
    })
  },
  compilePolicy(policy) {
    if (isCompiled(policy)) return policy
    throw notCompiled(policy)
  },
  readPolicy(path) {
    throw notCompiled(path)
  },
  defaultPolicy() {
    throw notCompiled(undefined)
  },
}

function isCompiled(policy: string | object): policy is CompiledPolicy {
  const { evaluator, rules } = policy as Partial<CompiledPolicy>
  return evaluator === EVALUATOR_VERSION && Array.isArray(rules)
}

function notCompiled(got: unknown): ConfigurationError {
  return new ConfigurationError({
    code: 'policy_not_compiled',
    path: 'policy',
    problem: 'must be a compiled policy: nothing is compiled on the edge',
    got: describeValue(got),
    fix: 'Compile it beforehand with compilePolicy of @countersign/policy, of the same version, and import the JSON.',
  })
}
