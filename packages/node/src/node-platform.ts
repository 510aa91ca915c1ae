// What Node brings to a guard: policies from files, and state in a data directory.
import type { CompiledPolicy, Platform } from '@countersign/core'
import { compilePolicy, defaultPolicy, mayLoosen, type PolicyDocument } from '@countersign/policy'
import { fileBackend } from './file-backend.ts'
import { readPolicyFile } from './policy-file.ts'

/** Where state is kept when nothing is said: COUNTERSIGN_DATA, or `.countersign` in the working directory. */
export function defaultDataDirectory(
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  return env['COUNTERSIGN_DATA'] || '.countersign'
}

export const nodePlatform: Platform = {
  defaultBackend: () => fileBackend(defaultDataDirectory()),
  compilePolicy: (policy) => compilePolicy(toDocument(policy)),
  readPolicy: (path) => readPolicyFile(path),
  defaultPolicy,
  mayLoosen,
}

/** A compiled policy is compiled anew from its document: what is in force was always checked here. */
function toDocument(policy: string | object): string | PolicyDocument {
  if (typeof policy === 'string' || !('evaluator' in policy))
    return policy as string | PolicyDocument
  return (policy as CompiledPolicy).document as unknown as PolicyDocument
}
