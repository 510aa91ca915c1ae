// A policy as an app or an operator names it: a path, its text, a document, or a compiled policy.
import type { CompiledPolicy } from '../policy/compiled-policy.ts'
import type { Platform } from './guard-options.ts'

/** @throws what is wrong with it, or with the file, in words */
export function loadPolicy(policy: string | object, platform: Platform): CompiledPolicy {
  return platform.compilePolicy(isPath(policy) ? platform.readPolicy(policy) : policy)
}

/** A path is one line and no JSON; a policy in YAML has several. */
function isPath(policy: string | object): policy is string {
  return typeof policy === 'string' && !/[\r\n]/.test(policy) && !policy.trimStart().startsWith('{')
}
