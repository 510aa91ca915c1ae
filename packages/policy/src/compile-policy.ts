// Policies to the plain JSON that the feed carries and core runs.
import type { CompiledPolicy } from '@countersign/core'
import { inspectPolicy, type PolicyOptions } from './inspect-policy.ts'
import type { PolicyDocument } from './policy-document.ts'
import { PolicyError } from './problems/policy-error.ts'

/**
 * Compiles YAML or JSON text, or a document. The same content gives the same `revision`, in whichever notation and
 * order of keys.
 *
 * @throws PolicyError with every mistake, where there is an error
 */
export function compilePolicy(
  input: string | PolicyDocument,
  options: PolicyOptions = {},
): CompiledPolicy {
  const { problems, sound } = inspectPolicy(input, options)
  if (sound === undefined) throw new PolicyError(problems, options.file)
  return sound.compiled
}
