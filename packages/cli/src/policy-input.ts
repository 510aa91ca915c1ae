// A policy file that a command was given: its text, and its problems as lines.
import { type CompiledPolicy, ConfigurationError } from '@countersign/core'
import { readPolicyFile } from '@countersign/node'
import { compilePolicy, formatProblem, lintPolicy, type PolicyProblem } from '@countersign/policy'
import { CliError } from './cli-error.ts'
import type { Context } from './context.ts'
import { EXIT } from './exit-code.ts'
import { numeral } from './output/percent.ts'
import { printable } from './output/printable.ts'

export interface PolicyInput {
  readonly file: string
  readonly text: string
  readonly problems: readonly PolicyProblem[]
  /** Absent where a problem is an error. */
  readonly compiled?: CompiledPolicy
}

/** @throws CliError where the file cannot be read */
export function readPolicyInput(context: Context, file: string): PolicyInput {
  const text = readText(context.path(file), file)
  const problems = lintPolicy(text, { file })
  const bad = problems.some(({ severity }) => severity === 'error')
  return { file, text, problems, ...(bad ? {} : { compiled: compilePolicy(text, { file }) }) }
}

/** For commands that need a policy without an error: tells all of its problems first. */
export async function readSoundPolicy(
  context: Context,
  file: string,
): Promise<PolicyInput & { readonly compiled: CompiledPolicy }> {
  const input = readPolicyInput(context, file)
  const { compiled, problems } = input
  if (compiled !== undefined) return { ...input, compiled }
  const errors = problems.filter(({ severity }) => severity === 'error')
  throw new CliError(
    EXIT.found,
    'policy_invalid',
    `${file} has ${counted(errors.length, 'mistake')}:\n${problemLines(file, errors).join('\n')}`,
  )
}

export function problemLines(file: string, problems: readonly PolicyProblem[]): string[] {
  return problems.map((problem) => printable(formatProblem(problem, file)))
}

export function counted(count: number, what: string): string {
  return `${numeral(count)} ${what}${count === 1 ? '' : 's'}`
}

function readText(path: string, file: string): string {
  try {
    return readPolicyFile(path)
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    const message = error.message.replace(path, file)
    throw new CliError(EXIT.unreachable, error.code, message)
  }
}
