// What ends a command: an exit code, a code for scripts, and words that say what, where, got, do this.
import type { ExitCode } from './exit-code.ts'

export class CliError extends Error {
  override readonly name = 'CliError'
  readonly exit: ExitCode
  readonly code: string

  constructor(exit: ExitCode, code: string, message: string) {
    super(message)
    this.exit = exit
    this.code = code
  }
}
