// How a command and its options are written.
import type { Command, Option } from '../command.ts'

/** `countersign devices revoke <subject> <device> --why <reason>`: with what is required. */
export function commandHead({ name, operands, options }: Command): string {
  const needed = Object.entries(options).filter(([, option]) => option.required === true)
  return [
    `countersign ${name}`,
    ...operands.map((operand) => (operand.required ? `<${operand.name}>` : `[${operand.name}]`)),
    ...needed.map(([option, of]) => optionUsage(option, of)),
  ].join(' ')
}

/** `--why <reason>` */
export function optionUsage(name: string, { value, short }: Option): string {
  const long = value === undefined ? `--${name}` : `--${name} <${value}>`
  return short === undefined ? long : `-${short}, ${long}`
}
