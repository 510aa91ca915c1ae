// Policies for those who write them in TypeScript.
import { inspectPolicy } from './inspect-policy.ts'
import type { PolicyDocument } from './policy-document.ts'
import { PolicyError } from './problems/policy-error.ts'

/**
 * Gives the document back, once it has been checked. The names in it are checked by TypeScript too: a rule that names
 * an opt-out, an action or a level which is not declared does not compile.
 *
 * @throws PolicyError with every mistake, where there is an error
 */
export function definePolicy<
  const Action extends string = string,
  const OptOut extends string = never,
  const Model extends string = never,
  const Acr extends string = 'aal1' | 'aal2' | 'aal3',
>(
  document: PolicyDocument<Action, OptOut, Model, Acr>,
): PolicyDocument<Action, OptOut, Model, Acr> {
  const { problems, sound } = inspectPolicy(document)
  if (sound === undefined) throw new PolicyError(problems)
  return document
}
