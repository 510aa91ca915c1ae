// Policy text to the document as it is written.
import { inspectPolicy, type PolicyOptions } from './inspect-policy.ts'
import type { PolicyDocument } from './policy-document.ts'
import { PolicyError } from './problems/policy-error.ts'

/**
 * Reads and checks YAML or JSON text.
 *
 * @throws PolicyError with every mistake, each with line and column, where there is an error
 */
export function parsePolicy(text: string, options: PolicyOptions = {}): PolicyDocument {
  const { problems, sound } = inspectPolicy(text, options)
  if (sound === undefined) throw new PolicyError(problems, options.file)
  return sound.document
}
