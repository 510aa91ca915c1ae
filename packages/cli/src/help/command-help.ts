// The help of one command: what it does, how it is written, an example that works, what happens, how it ends.
import type { Command, Option } from '../command.ts'
import { EXIT_MEANING, type ExitCode } from '../exit-code.ts'
import type { Paint } from '../output/paint.ts'
import { wrap } from '../output/wrap.ts'
import { commandHead, optionUsage } from './usage.ts'

export function commandHelp(command: Command, paint: Paint): string {
  const { summary, options, examples, happens } = command
  const others = Object.entries(options).some(([, { required }]) => required !== true)
  const all: [string, Option][] = [
    ...Object.entries(options),
    ['help', { type: 'flag', short: 'h', text: 'show this' }],
  ]
  return [
    `${wrap(summary)}`,
    `  ${commandHead(command)}${others ? ' [options]' : ''}\n`,
    paint.heading(examples.length === 1 ? 'Example' : 'Examples'),
    ...examples.map(({ line, does }) => `  ${line}\n${wrap(does, 6)}`),
    paint.heading('What happens'),
    `${wrap(happens, 2)}`,
    paint.heading('Options'),
    `${list(all.map(([name, option]) => [optionUsage(name, option), option.text]))}`,
    paint.heading('Exit codes'),
    list(exitsOf(command)),
  ].join('\n')
}

/** Columns that are wrapped. */
export function list(rows: readonly (readonly [string, string])[]): string {
  const width = Math.min(28, Math.max(...rows.map(([left]) => left.length)))
  return rows
    .map(([left, right]) => {
      const wrapped = wrap(right, width + 4)
      if (left.length > width) return `  ${left}\n${wrapped}`
      return `  ${left.padEnd(width)}  ${wrapped.trimStart()}`
    })
    .join('')
}

function exitsOf({ exits }: Command): [string, string][] {
  const codes: Partial<Record<ExitCode, string>> = { 0: 'done', ...exits, 2: EXIT_MEANING[2] }
  return Object.entries(codes).map(([code, text]) => [code, text])
}
