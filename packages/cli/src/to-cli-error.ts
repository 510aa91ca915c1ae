// Whatever ended a command, as the exit code that it stands for.
import { ActivationRefused, ConfigurationError } from '@countersign/core'
import { ControlError } from '@countersign/node'
import { PolicyError } from '@countersign/policy'
import { CliError } from './cli-error.ts'
import { EXIT } from './exit-code.ts'

/** Codes of an app's answers that are about the way to it, not about what was asked. */
const WAY: ReadonlySet<string> = new Set([
  'not_ready',
  'bad_request',
  'bad_answer',
  'unknown_command',
])
/** No answer, or an error inside that has no code of its own: it may have come after the change. */
const UNCERTAIN: ReadonlySet<string> = new Set(['timeout', 'closed', 'failure'])
const FILE_CODES = /^E[A-Z]+$/

export function toCliError(error: unknown): CliError {
  if (error instanceof CliError) return error
  if (error instanceof ActivationRefused || error instanceof PolicyError)
    return new CliError(EXIT.refused, error.code, error.message)
  if (error instanceof ControlError) return ofControl(error)
  if (error instanceof ConfigurationError)
    return new CliError(EXIT.unreachable, error.code, error.message)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (error instanceof Error && FILE_CODES.test(code))
    return new CliError(EXIT.unreachable, code, error.message)
  const message = `a fault in countersign itself: ${error instanceof Error ? error.message : String(error)}`
  const fault = new CliError(EXIT.fault, 'fault', message)
  fault.cause = error
  return fault
}

function ofControl({ code, message }: Pick<ControlError, 'code' | 'message'>): CliError {
  if (UNCERTAIN.has(code))
    return new CliError(
      EXIT.uncertain,
      code,
      `${message}: whether it was done is not known. Look: countersign history`,
    )
  if (WAY.has(code)) return new CliError(EXIT.unreachable, code, `the app answered: ${message}`)
  return new CliError(EXIT.refused, code, message)
}
