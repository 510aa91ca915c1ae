// What a runtime without files brings to a guard: policies are compiled here, and there is no place where state is kept.
import { type CompiledPolicy, ConfigurationError, type Platform } from '@countersign/core'
import { compilePolicy } from './compile-policy.ts'
import { defaultPolicy } from './default-policy.ts'
import type { PolicyDocument } from './policy-document.ts'

/** For workers and the like: a guard needs a `backend` of its own, and a policy as text or as a document. */
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
  compilePolicy: (policy) => compilePolicy(toDocument(policy)),
  readPolicy(path) {
    throw new ConfigurationError({
      code: 'policy_file_unreadable',
      path: 'policy',
      problem: 'is a path, and there are no files here',
      got: path,
      fix: 'Import the text of the policy, or the document, and hand that in.',
    })
  },
  defaultPolicy,
}

/** A compiled policy is compiled anew from its document: what is in force was always checked here. */
function toDocument(policy: string | object): string | PolicyDocument {
  if (typeof policy === 'string' || !('evaluator' in policy))
    return policy as string | PolicyDocument
  return (policy as CompiledPolicy).document as unknown as PolicyDocument
}
