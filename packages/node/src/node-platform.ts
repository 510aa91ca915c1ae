// What Node brings to a guard: policies from files, and state in a data directory.
import type { Platform } from '@countersign/core'
import { webPlatform } from '@countersign/policy'
import { fileBackend } from './file-backend.ts'
import { readPolicyFile } from './policy-file.ts'

/** Where state is kept when nothing is said: COUNTERSIGN_DATA, or `.countersign` in the working directory. */
export function defaultDataDirectory(
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  return env['COUNTERSIGN_DATA'] || '.countersign'
}

export const nodePlatform: Platform = {
  ...webPlatform,
  defaultBackend: () => fileBackend(defaultDataDirectory()),
  readPolicy: (path) => readPolicyFile(path),
}
