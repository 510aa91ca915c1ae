// A command as data: from it come the parsing of the command line, the help and the page in docs/.
import type { Context } from './context.ts'
import type { ExitCode } from './exit-code.ts'

export interface Command {
  /** One word or two: `audit verify`. */
  readonly name: string
  /** A sentence: what it does. */
  readonly summary: string
  readonly operands: readonly Operand[]
  readonly options: Readonly<Record<string, Option>>
  /** One at least; each works as it stands. */
  readonly examples: readonly Example[]
  /** What happens, in a few sentences. */
  readonly happens: string
  /** Those that it can end with, besides 0, 2 and 70. */
  readonly exits: Readonly<Partial<Record<ExitCode, string>>>
  run(context: Context, given: Given): Promise<ExitCode>
}

export interface Operand {
  readonly name: string
  readonly required: boolean
}

export interface Option {
  readonly type: 'text' | 'flag'
  /** What a text stands for, as the help shows it: `dir` in `--data <dir>`. */
  readonly value?: string
  readonly short?: string
  readonly required?: true
  readonly text: string
}

export interface Example {
  readonly line: string
  readonly does: string
}

/** What the command line gave. */
export interface Given {
  /** An operand or a text that the command requires: the parser has made sure of it. */
  need(name: string): string
  text(name: string): string | undefined
  flag(name: string): boolean
}
