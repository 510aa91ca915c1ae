// The operator on a data directory where no app runs: whoever calls this becomes its writer.
import { join } from 'node:path'
import { ConfigurationError, type Logger, type OpenCommands, openCommands } from '@countersign/core'
import { type AuditEnd, endPathOf } from './audit-chain-file.ts'
import { type DataDirectory, dataDirectory } from './data-directory.ts'
import { endKey, readEnd } from './end-file.ts'
import { fileBackend } from './file-backend.ts'
import { listKnownChains } from './known-chains.ts'
import { nodePlatform } from './node-platform.ts'
import { readSecretFile } from './secret-file.ts'

export interface OpenOperatorOptions {
  /** Those of `createGuard`, newest first, where the app was given any. */
  readonly secrets: readonly string[]
  readonly logger: Logger
}

/**
 * Opens the directory, which is made if it is missing, until `close`. Activates nothing by itself.
 *
 * @throws ConfigurationError `data_directory_in_use` where an app runs on it (see `connectControl`); `secret_not_the_apps`
 *   where the audit log was written with another secret: its end would have to be begun anew, and a cut would go unseen
 */
export async function openOperator(
  dir: string,
  { secrets, logger }: OpenOperatorOptions,
): Promise<OpenCommands> {
  await assertSecretFits(dataDirectory(dir), secrets)
  return openCommands({ backend: fileBackend(dir), secrets, logger }, nodePlatform)
}

async function assertSecretFits(dir: DataDirectory, given: readonly string[]): Promise<void> {
  const made = given.length > 0 ? undefined : await readSecretFile(dir.secret)
  const keys = (made === undefined ? given : [made]).map(endKey)
  for (const chain of await listKnownChains(dir)) {
    const found = await readEnd<AuditEnd>(endPathOf(dir, chain), `audit ${chain}`, keys)
    if (found.is !== 'unverified') continue
    throw new ConfigurationError({
      code: 'secret_not_the_apps',
      path: join(dir.path, 'audit'),
      problem: 'was written with a secret that is needed here too',
      got: given.length > 0 ? 'another one' : 'none',
      fix: 'Set COUNTERSIGN_SECRET to the secret that the app is given.',
    })
  }
}
