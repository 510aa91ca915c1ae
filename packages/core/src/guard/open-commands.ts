// The operator's commands on a backend where no app runs. Nothing is activated that nobody asked for.
import type { OperatorPrivateKey } from '../authority/operator-key.ts'
import { openEngine } from '../engine/open-engine.ts'
import { commandHandlers } from '../operate/command-handlers.ts'
import { readHealth } from '../operate/health.ts'
import type { BackendSource, CommandHandlers } from '../ports/backend.ts'
import type { Logger } from '../ports/logger.ts'
import { builtInDetectors } from '../risk/built-in-detectors.ts'
import { engineServices } from './create-guard-services.ts'
import type { Platform } from './guard-options.ts'

export interface OpenCommandsOptions {
  readonly backend: BackendSource
  /** Those of `createGuard`, newest first; empty where it was given none. */
  readonly secrets: readonly string[]
  readonly logger: Logger
  /** Signs what loosens, on a shared backend. */
  readonly key?: OperatorPrivateKey | undefined
}

export interface OpenCommands {
  /** Each resolves once the change is folded and recorded. */
  readonly handlers: CommandHandlers
  /** What an operator should see: repairs made at the opening, free space. */
  warnings(): readonly string[]
  /** Writes out what waits, then lets go of the backend. */
  close(): Promise<void>
}

const MAX_STALENESS_MS = 10_000

/**
 * Opens the backend as its writer. An app's own detectors and guarded actions are not known here: a policy that counts a
 * signal of such a detector is refused, and whether the app's actions are covered is not checked.
 *
 * @throws what stands against opening the backend
 */
export async function openCommands(
  { backend, secrets, logger, key }: OpenCommandsOptions,
  platform: Platform,
): Promise<OpenCommands> {
  const engine = await openEngine({
    ...{ backend, secrets, logger },
    operatorKeys: { is: 'published', key },
    detectors: builtInDetectors(),
    maxStalenessMs: MAX_STALENESS_MS,
  })
  const { operator, devices } = engineServices(engine, platform, key)
  const handlers = commandHandlers(operator, devices, () => readHealth(engine))
  await engine.serve(handlers)
  return { handlers, warnings: () => engine.warnings(), close: () => engine.close() }
}
