// countersign help
import { didYouMean } from '@countersign/core'
import { CliError } from '../cli-error.ts'
import type { Command, Given } from '../command.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { commandHelp } from '../help/command-help.ts'
import { exitCodesHelp, overview } from '../help/overview.ts'

export const help: Command = {
  name: 'help',
  summary: 'Tells what a command does, with an example.',
  operands: [
    { name: 'command', required: false },
    { name: 'second word', required: false },
  ],
  options: {},
  examples: [
    { line: 'countersign help rollback', does: 'What rollback does, its options, how it ends.' },
    { line: 'countersign help exit-codes', does: 'All exit codes.' },
  ],
  happens: 'Without a command it lists all of them. countersign <command> --help is the same.',
  exits: {},
  run: runHelp,
}

async function runHelp({ terminal, paint, commands }: Context, given: Given): Promise<ExitCode> {
  const words = [given.text('command'), given.text('second word')]
  const wanted = words.filter((word) => word !== undefined).join(' ')
  await terminal.out(textFor(wanted, commands, paint))
  return EXIT.done
}

function textFor(wanted: string, commands: readonly Command[], paint: Context['paint']): string {
  if (wanted === '') return overview(commands, paint)
  if (wanted === 'exit-codes') return exitCodesHelp(commands, paint)
  const found = commands.filter(({ name }) => name === wanted || name.startsWith(`${wanted} `))
  if (found.length > 0) return found.map((command) => commandHelp(command, paint)).join('\n\n')
  const near = didYouMean(wanted, [...commands.map(({ name }) => name), 'exit-codes'])
  const advice = near === undefined ? 'See: countersign help' : `Did you mean ${near}?`
  throw new CliError(EXIT.usage, 'unknown_command', `there is no command ${wanted}. ${advice}`)
}
