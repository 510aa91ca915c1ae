// countersign check
import type { Command, Given } from '../command.ts'
import { JSON_OUT } from '../command-options.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { printable } from '../output/printable.ts'
import { counted, type PolicyInput, problemLines, readPolicyInput } from '../policy-input.ts'

export const check: Command = {
  name: 'check',
  summary: 'Tells every mistake in a policy, each with its place and what to write.',
  operands: [{ name: 'policy', required: true }],
  options: { json: JSON_OUT },
  examples: [
    {
      line: 'countersign check countersign.policy.yaml',
      does: 'Says that the policy is fine, or what is wrong at which line and column.',
    },
  ],
  happens:
    'Reads the file (YAML or JSON), and checks its shape, the names in it, its conditions and what it comes to. Each mistake is a line on standard output: file:line:column, error or warning, a code, what is wrong, what was found, what to write. A policy with an error is never put in force; warnings are for its author. Nothing is changed, and no app is asked.',
  exits: { 1: 'the policy has an error', 4: 'the file cannot be read' },
  run: runCheck,
}

async function runCheck(context: Context, given: Given): Promise<ExitCode> {
  const input = readPolicyInput(context, given.need('policy'))
  const { compiled, problems, file } = input
  const ok = compiled !== undefined
  const revision =
    compiled === undefined ? {} : { name: compiled.name, revision: compiled.revision }
  await context.result({ ok, file, ...revision, problems }, inWords(input))
  return ok ? EXIT.done : EXIT.found
}

function inWords({ file, problems, compiled }: PolicyInput): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length
  const warnings = problems.length - errors
  const verdict =
    compiled === undefined
      ? `${counted(errors, 'error')}, ${counted(warnings, 'warning')}: this policy cannot be put in force.`
      : `${printable(file)} is ${warnings === 0 ? 'fine' : `usable, with ${counted(warnings, 'warning')}`}: ${printable(compiled.name)}, revision ${compiled.revision.slice(0, 12)}, ${counted(compiled.rules.length, 'rule')}, ${counted(Object.keys(compiled.optOuts).length, 'opt-out')}.`
  return [...problemLines(file, problems), verdict].map((line) => `${line}\n`).join('')
}
