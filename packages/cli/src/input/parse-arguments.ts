// The command line to a command and what it was given. Every mistake says what was found and what to write.
import { parseArgs } from 'node:util'
import { didYouMean } from '@countersign/core'
import { CliError } from '../cli-error.ts'
import type { Command, Given, Option } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { commandHead, optionUsage } from '../help/usage.ts'

export interface Parsed {
  readonly command: Command
  readonly given: Given
  /** `--help` stands anywhere: nothing else of the line counts then. */
  readonly help: boolean
}

const HELP: Option = { type: 'flag', short: 'h', text: 'show the help of the command' }

/** @throws CliError where the line is wrong */
export function parseArguments(line: readonly string[], commands: readonly Command[]): Parsed {
  const tokens = readTokens(line, commands)
  const words = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []))
  const command = findCommand(words, commands)
  const options = { ...command.options, help: HELP }
  const help = tokens.some((token) => token.kind === 'option' && token.name === 'help')
  if (help) return { command, help, given: toGiven({}) }
  const values: Record<string, string | true> = {}
  for (const token of tokens)
    if (token.kind === 'option') readOption(command, options, token, values)
  readOperands(command, words.slice(command.name.split(' ').length), values)
  for (const [name, option] of Object.entries(options)) {
    if (option.required !== true || Object.hasOwn(values, name)) continue
    throw usage(
      command,
      'option_missing',
      `--${name} is missing. Write ${optionUsage(name, option)}.`,
    )
  }
  return { command, help, given: toGiven(values) }
}

type Token = ReturnType<typeof readTokens>[number]
type OptionToken = Extract<Token, { kind: 'option' }>

/** With the options of all commands, for the command is not known before its words are told from their values. */
function readTokens(line: readonly string[], commands: readonly Command[]) {
  const options: Record<string, { type: 'string' | 'boolean'; short?: string }> = {}
  for (const command of commands) {
    for (const [name, { type, short }] of Object.entries({ ...command.options, help: HELP })) {
      options[name] = {
        type: type === 'text' ? 'string' : 'boolean',
        ...(short === undefined ? {} : { short }),
      }
    }
  }
  return parseArgs({
    args: [...line],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  }).tokens
}

function findCommand(words: readonly string[], commands: readonly Command[]): Command {
  const [first, second] = words
  const names = commands.map(({ name }) => name)
  const find = (wanted: string) => commands.find(({ name }) => name === wanted)
  const found = (second !== undefined && find(`${first} ${second}`)) || find(first ?? '')
  if (found) return found
  const group = names.filter((name) => name.startsWith(`${first} `))
  if (first === undefined)
    throw new CliError(EXIT.usage, 'no_command', 'no command is given. See: countersign help')
  if (group.length === 0) {
    const near = didYouMean(first, [...new Set(names.map((name) => name.split(' ')[0] ?? ''))])
    const advice = near === undefined ? 'See: countersign help' : `Did you mean ${near}?`
    throw new CliError(EXIT.usage, 'unknown_command', `there is no command ${first}. ${advice}`)
  }
  const near =
    second === undefined
      ? undefined
      : didYouMean(
          second,
          group.map((name) => name.split(' ')[1] ?? ''),
        )
  const got =
    second === undefined ? `${first} needs a second word` : `there is no command ${first} ${second}`
  const advice =
    near === undefined ? `Write ${group.join(' or ')}.` : `Did you mean ${first} ${near}?`
  throw new CliError(EXIT.usage, 'unknown_command', `${got}. ${advice}`)
}

function readOption(
  command: Command,
  options: Readonly<Record<string, Option>>,
  token: OptionToken,
  values: Record<string, string | true>,
): void {
  const { name, rawName, value, inlineValue } = token
  const option = Object.hasOwn(options, name) ? options[name] : undefined
  if (option === undefined) {
    const near = didYouMean(name, Object.keys(options))
    const advice =
      near === undefined ? `See: countersign help ${command.name}` : `Did you mean --${near}?`
    throw usage(command, 'unknown_option', `${command.name} has no option ${rawName}. ${advice}`)
  }
  if (Object.hasOwn(values, name))
    throw usage(command, 'option_twice', `${rawName} stands twice. Write it once.`)
  if (option.type === 'flag') {
    if (value !== undefined)
      throw usage(
        command,
        'value_unexpected',
        `${rawName} takes no value, got ${value}. Write ${rawName} alone.`,
      )
    values[name] = true
    return
  }
  if (value === undefined || value === '')
    throw usage(
      command,
      'value_missing',
      `${rawName} needs a value. Write ${optionUsage(name, option)}.`,
    )
  // as in --why --json: the value was forgotten
  if (inlineValue === false && value.startsWith('-'))
    throw usage(
      command,
      'value_missing',
      `${rawName} needs a value, got ${value}. If that is meant, write ${rawName}=${value}.`,
    )
  values[name] = value
}

function readOperands(
  command: Command,
  words: readonly string[],
  values: Record<string, string | true>,
): void {
  for (const [index, { name, required }] of command.operands.entries()) {
    const word = words[index]
    if (word !== undefined) values[name] = word
    else if (required)
      throw usage(
        command,
        'operand_missing',
        `<${name}> is missing. Write: ${commandHead(command)}`,
      )
  }
  const extra = words[command.operands.length]
  if (extra === undefined) return
  throw usage(
    command,
    'operand_unexpected',
    `there is no place for ${JSON.stringify(extra)}. Write: ${commandHead(command)} (a text with spaces needs quotes)`,
  )
}

function usage(command: Command, code: string, message: string): CliError {
  return new CliError(EXIT.usage, code, `${message}\nMore: countersign help ${command.name}`)
}

function toGiven(values: Readonly<Record<string, string | true>>): Given {
  const read = (name: string) => (Object.hasOwn(values, name) ? values[name] : undefined)
  const text = (name: string) => {
    const value = read(name)
    return typeof value === 'string' ? value : undefined
  }
  return {
    text,
    flag: (name) => read(name) === true,
    need(name) {
      const value = text(name)
      if (value === undefined) throw new TypeError(`${name} is read, and not required`)
      return value
    },
  }
}
