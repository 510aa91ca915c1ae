// A share as people write it: `0.5%`, `10 %`, `10`.
import { CliError } from '../cli-error.ts'
import { EXIT } from '../exit-code.ts'

/** 0 to 100. @throws CliError where it is none */
export function parsePercent(option: string, text: string): number {
  const [, digits] = /^(\d{1,3}(?:\.\d+)?)\s*%?$/.exec(text.trim()) ?? []
  const percent = Number(digits)
  if (digits !== undefined && percent <= 100) return percent
  throw new CliError(
    EXIT.usage,
    'percent_malformed',
    `--${option} has to be a share from 0% to 100%, got ${text}. Write it as 0.5%.`,
  )
}
