// What a runtime without files brings to a guard: nothing. Policies come compiled, and state is kept where the app says.
import { ConfigurationError } from '../configuration-error.ts'
import { assertCompiled } from '../policy/assert-compiled.ts'
import type { CompiledPolicy } from '../policy/compiled-policy.ts'
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
  compilePolicy: compiled,
  // a path is no compiled policy
  readPolicy: (path) => JSON.stringify(compiled(path)),
  defaultPolicy: () => compiled(undefined),
}

function compiled(policy: unknown): CompiledPolicy {
  assertCompiled(policy)
  return policy
}
