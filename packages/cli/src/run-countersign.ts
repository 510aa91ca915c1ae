// From a command line to an exit code. The one place where errors become words.
import { readFileSync } from 'node:fs'
import type { CliError } from './cli-error.ts'
import { COMMANDS } from './commands.ts'
import { createContext } from './context.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { commandHelp } from './help/command-help.ts'
import { overview } from './help/overview.ts'
import { parseArguments } from './input/parse-arguments.ts'
import { createPaint } from './output/paint.ts'
import { printableJson, printableLines } from './output/printable.ts'
import type { Terminal } from './terminal.ts'
import { toCliError } from './to-cli-error.ts'

/** Never throws. Everything it reads and writes goes through `terminal`. */
export async function runCountersign(
  line: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  try {
    return await run(line, terminal)
  } catch (error) {
    return await tell(toCliError(error), line, terminal)
  }
}

async function run(line: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [first] = line
  const paint = createPaint(terminal.colour)
  if (first === undefined) {
    await terminal.err(overview(COMMANDS, paint))
    return EXIT.usage
  }
  if (line.length === 1 && (first === '--help' || first === '-h')) {
    await terminal.out(overview(COMMANDS, paint))
    return EXIT.done
  }
  if (first === '--version' && line.length === 1) {
    await terminal.out(`${version()}\n`)
    return EXIT.done
  }
  const { command, given, help } = parseArguments(line, COMMANDS)
  if (help) {
    await terminal.out(commandHelp(command, paint))
    return EXIT.done
  }
  return command.run(createContext(terminal, given, COMMANDS), given)
}

async function tell(
  { exit, code, message, cause }: CliError,
  line: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  if (line.includes('--json')) {
    await terminal.err(`${printableJson({ error: { code, message, exit } })}\n`)
    return exit
  }
  await terminal.err(`countersign: ${printableLines(message)}\n`)
  // only for a fault of ours, which its reporter has to be able to show
  if (exit === EXIT.fault && cause instanceof Error)
    await terminal.err(`${printableLines(cause.stack ?? '')}\n`)
  return exit
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
