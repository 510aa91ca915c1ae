// What a command is given besides its own arguments.
import { resolve } from 'node:path'
import { defaultDataDirectory } from '@countersign/node'
import { CliError } from './cli-error.ts'
import type { Command, Given } from './command.ts'
import { EXIT } from './exit-code.ts'
import { createPaint, type Paint } from './output/paint.ts'
import { printableJson } from './output/printable.ts'
import { type SharedBackend, sharedBackendOf } from './reach-backend.ts'
import type { Terminal } from './terminal.ts'

export interface Context {
  readonly terminal: Terminal
  /** All of them, for the help. */
  readonly commands: readonly Command[]
  readonly paint: Paint
  /** The data directory, whether or not it is there. */
  readonly data: string
  /** The servers that instances share, where they are named: then no data directory is meant. */
  readonly shared: SharedBackend | undefined
  /** Where what is in force is kept, to be shown. */
  readonly place: string
  /** The file of the private operator key, where one is named. */
  readonly keyFile: string | undefined
  /** Those of the app: COUNTERSIGN_SECRET, where it is given one. */
  readonly secrets: readonly string[]
  readonly json: boolean
  /** The result: as the one JSON document, or in words. */
  result(value: unknown, words: string): Promise<void>
  /** What a person should know besides; not where a script reads. */
  note(text: string): Promise<void>
  path(name: string): string
}

export function createContext(
  terminal: Terminal,
  given: Given,
  commands: readonly Command[],
): Context {
  const json = given.flag('json')
  const shared = sharedBackendOf(given, terminal.env)
  const data = resolve(terminal.directory, given.text('data') ?? defaultDataDirectory(terminal.env))
  const key = given.text('key')
  const secret = terminal.env['COUNTERSIGN_SECRET']
  return {
    terminal,
    commands,
    json,
    paint: createPaint(terminal.colour),
    data,
    shared,
    place: shared?.name ?? data,
    keyFile: key === undefined ? undefined : resolve(terminal.directory, key),
    secrets: secret === undefined || secret === '' ? [] : [secret],
    result: (value, words) => terminal.out(json ? `${printableJson(value, 2)}\n` : words),
    note: async (text) => (json ? undefined : terminal.err(`${text}\n`)),
    path: (name) => resolve(terminal.directory, name),
  }
}

/** Who and why, as every change of what is in force needs them. */
export function signedBy({ terminal }: Context, given: Given): { by: string; why: string } {
  const by = given.text('by') ?? terminal.user
  if (by !== undefined) return { by, why: given.need('why') }
  throw new CliError(
    EXIT.usage,
    'by_missing',
    '--by is missing, and the system knows no name of the user. Write --by <name>.',
  )
}
