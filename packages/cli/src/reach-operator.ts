// The way to what is in force: through the app that runs on the data directory, else as the directory's writer.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { ConfigurationError, type Json, type Logger } from '@countersign/core'
import { ControlError, connectControl, openOperator } from '@countersign/node'
import { CliError } from './cli-error.ts'
import type { Context } from './context.ts'
import { EXIT } from './exit-code.ts'
import { printable } from './output/printable.ts'

export interface ReachedOperator {
  /** `app`: it runs, and has folded a change when the call returns. `files`: none runs, we are the writer. */
  readonly via: 'app' | 'files'
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
  const reached = await reach(context, make)
  try {
    return await work(reached)
  } finally {
    await reached.close()
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
  const operator = await openOperator(context.data, {
    secrets: context.secrets,
    logger: loggerInto(problems),
  })
  await context.note(`No app runs on ${printable(context.data)}: this command opens it itself.`)
  for (const warning of [...operator.warnings(), ...problems])
    await context.note(`Warning: ${printable(warning)}`)
  return {
    via: 'files',
    async call(command, args = {}) {
      const handler = operator.handlers[command]
      if (handler === undefined) throw new TypeError(`there is no command ${command}`)
      return handler(args).catch((error) => {
        throw toControlError(error)
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

/** Our own way of telling: a line each, no objects. */
function loggerInto(problems: string[]): Logger {
  const tell = (_: object, message: string) => void problems.push(message)
  return { info: () => {}, warn: tell, error: tell }
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
