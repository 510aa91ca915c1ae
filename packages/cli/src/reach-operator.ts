// The way to what is in force: through the app that runs on the data directory, else as the directory's writer; or as one
// more instance on the servers that instances share.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import {
  ActivationRefused,
  AppendConflict,
  ChangeRefused,
  ConfigurationError,
  type Json,
  type Logger,
  type OpenCommands,
  openCommands,
} from '@countersign/core'
import { ControlError, connectControl, nodePlatform, openOperator } from '@countersign/node'
import { PolicyError } from '@countersign/policy'
import { CliError } from './cli-error.ts'
import type { Context } from './context.ts'
import { EXIT } from './exit-code.ts'
import { printable } from './output/printable.ts'
import type { SharedBackend } from './reach-backend.ts'
import { reached } from './reached.ts'
import { readOperatorKey } from './read-operator-key.ts'

export interface ReachedOperator {
  /**
   * `app`: it runs, and has folded a change when the call returns. `files`: none runs, we are the writer. `backend`: we are
   * one more instance; the others fold a change as they hear of it.
   */
  readonly via: 'app' | 'files' | 'backend'
  call(command: string, args?: object): Promise<Json>
}

interface Reached extends ReachedOperator {
  close(): Promise<void>
}

const TRIES = 25
const TRY_AGAIN_MS = 200

/** `make`: a directory that is not there is made, for what may be done before an app first runs. */
export async function withOperator<T>(
  context: Context,
  { make }: { readonly make: boolean },
  work: (operator: ReachedOperator) => Promise<T>,
): Promise<T> {
  const { shared } = context
  const found =
    shared === undefined ? await reach(context, make) : await reachShared(context, shared)
  try {
    return await work(found)
  } finally {
    await found.close()
  }
}

async function reach(context: Context, make: boolean): Promise<Reached> {
  for (let tries = 0; ; tries++) {
    const app = await reachApp(context.data)
    if (app === 'starting' && tries < TRIES) {
      await wait(TRY_AGAIN_MS)
      continue
    }
    if (app === 'starting') throw stillStarting(context.data)
    if (app !== undefined) return app
    if (!make && !isDataDirectory(context.data)) throw nothingThere(context.data)
    try {
      return await reachFiles(context)
    } catch (error) {
      // an app, or another command, was faster: it is asked
      const inUse = error instanceof ConfigurationError && error.code === 'data_directory_in_use'
      if (!inUse || tries >= TRIES) throw error
      await wait(TRY_AGAIN_MS)
    }
  }
}

async function reachApp(dir: string): Promise<Reached | 'starting' | undefined> {
  const client = await connectControl(dir)
  if (client === undefined) return undefined
  try {
    await client.call('health', {})
  } catch (error) {
    client.close()
    const code = (error as { code?: string }).code
    // also where an app ended between our connecting and our asking
    if (code === 'not_ready' || code === 'closed') return 'starting'
    throw error
  }
  return {
    via: 'app',
    call: (command, args = {}) => client.call(command, args),
    close: async () => client.close(),
  }
}

async function reachFiles(context: Context): Promise<Reached> {
  const problems: string[] = []
  const { data, secrets } = context
  const operator = await openOperator(data, { secrets, logger: loggerInto(problems) })
  await context.note(`No app runs on ${printable(data)}: this command opens it itself.`)
  await warn(context, [...operator.warnings(), ...problems])
  return reachedBy('files', operator, toControlError)
}

async function reachShared(context: Context, shared: SharedBackend): Promise<Reached> {
  const secrets = requireSecrets(context)
  const problems: string[] = []
  const key = context.keyFile === undefined ? undefined : await readOperatorKey(context.keyFile)
  const backend = await shared.backend()
  const logger = loggerInto(problems)
  const operator = await reached(openCommands({ backend, secrets, key, logger }, nodePlatform))
  await warn(context, [...new Set([...operator.warnings(), ...problems])])
  return reachedBy('backend', operator, toSharedError)
}

async function warn(context: Context, warnings: readonly string[]): Promise<void> {
  for (const warning of warnings) await context.note(`Warning: ${printable(warning)}`)
}

function reachedBy(
  via: ReachedOperator['via'],
  operator: OpenCommands,
  toError: (error: unknown) => Error,
): Reached {
  return {
    via,
    async call(command, args = {}) {
      const handler = operator.handlers[command]
      if (handler === undefined) throw new TypeError(`there is no command ${command}`)
      return handler(args).catch((error) => {
        throw toError(error)
      })
    },
    close: () => operator.close(),
  }
}

/** As an app's answer would tell it: refusals have a code; what has none may have come after the change. */
function toControlError(error: unknown): ControlError {
  const { code = 'failure', message = String(error) } = error as { code?: string; message?: string }
  return new ControlError(code, message)
}

/** A server's own codes are no refusals: the change may be there. */
function toSharedError(error: unknown): Error {
  if (error instanceof ActivationRefused && error.code === 'operator_key_missing')
    return new CliError(EXIT.refused, error.code, KEY_MISSING)
  const refused = [ActivationRefused, PolicyError, AppendConflict, ChangeRefused]
  if (refused.some((kind) => error instanceof kind)) return toControlError(error)
  return new ControlError('failure', error instanceof Error ? error.message : String(error))
}

const KEY_MISSING =
  'Where instances share a backend, what loosens has to be signed by an operator key. Write --key <file>.'

/** Our own way of telling: a line each, no objects. */
function loggerInto(problems: string[]): Logger {
  const tell = (_: object, message: string) => void problems.push(message)
  return { info: () => {}, warn: tell, error: tell }
}

/** @throws CliError where none is given: on shared servers each instance has to have the same */
export function requireSecrets({ secrets }: Context): readonly string[] {
  if (secrets.length > 0) return secrets
  throw new CliError(
    EXIT.usage,
    'secret_missing',
    'What instances share is read with their secret. Set COUNTERSIGN_SECRET to the secret that the app is given.',
  )
}

export function isDataDirectory(dir: string): boolean {
  return existsSync(join(dir, 'feed')) || existsSync(join(dir, 'audit'))
}

export function nothingThere(dir: string): CliError {
  return new CliError(
    EXIT.unreachable,
    'no_data_directory',
    `${dir}: no app has kept anything here yet. Name the app's data directory with --data <dir> or COUNTERSIGN_DATA.`,
  )
}

function stillStarting(dir: string): CliError {
  return new CliError(
    EXIT.unreachable,
    'app_not_ready',
    `${dir}: an app holds it and takes no commands yet. Try again once it is ready.`,
  )
}
