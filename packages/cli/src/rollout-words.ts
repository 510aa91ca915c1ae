// Rollouts in words, alike for the commands that make, move or show them.
import type { RolloutStep, RolloutSummary } from '@countersign/core'
import { shortRevision } from './activation-words.ts'
import { CliError } from './cli-error.ts'
import type { Given, Option } from './command.ts'
import { EXIT } from './exit-code.ts'
import { parsePercent } from './input/parse-percent.ts'
import { parseSteps } from './input/parse-steps.ts'
import { numeral } from './output/percent.ts'
import { printable } from './output/printable.ts'
import { lengthOf, moment } from './output/times.ts'

export const PERCENT: Option = {
  type: 'text',
  value: 'percent',
  text: 'it decides for so many percent of the people, the same ones at every request: 10',
}

export const STEPS: Option = {
  type: 'text',
  value: 'steps',
  text: 'shares with the time to the next one: 1:1h,10:1d,50 is 1 % for an hour, 10 % for a day, then 50 %',
}

/** `--percent` or `--steps`. @throws CliError where both are given */
export function readSteps(given: Given): readonly RolloutStep[] | undefined {
  const percent = given.text('percent')
  const steps = given.text('steps')
  if (percent !== undefined && steps !== undefined)
    throw new CliError(
      EXIT.usage,
      'one_of',
      '--percent and --steps exclude each other. Give one of them.',
    )
  if (percent !== undefined) return [{ percent: parsePercent('percent', percent) }]
  return steps === undefined ? undefined : parseSteps(steps)
}

/** What it does now, and what comes next: a few lines. */
export function rolloutWords(one: RolloutSummary): string {
  const { name, revision, rollout } = one
  const subject = `${printable(name)}, revision ${shortRevision(revision)}, as rollout ${rollout}`
  if (one.ended !== undefined)
    return `${subject}: ${one.ended}${one.recalled ? ', recalled' : ''}.\n`
  if (one.kind === 'shadow') return `${subject}: watched only, it decides nothing.\n${seen(one)}`
  const steps = one.steps.map(stepWords).join(', then ')
  return `${subject}: decides for ${one.percent} % of the people.\nSteps: ${steps}.\n${next(one)}`
}

function stepWords({ percent, forMs }: RolloutStep): string {
  return forMs === undefined ? `${percent} %` : `${percent} % for ${lengthOf(forMs / 1000)}`
}

function next({ frozenAt, nextStepAt }: RolloutSummary): string {
  if (frozenAt !== undefined)
    return `Frozen at ${moment(frozenAt)}: no step comes by itself. To go on: countersign widen --percent <percent> --why "…"\n`
  return nextStepAt === undefined ? '' : `The next step comes at ${moment(nextStepAt)}.\n`
}

function seen({ observed }: RolloutSummary): string {
  if (observed === undefined) return ''
  const { decided, differ } = observed
  const ways = Object.entries(differ).map(([way, count]) => `  ${way}  ${numeral(count)}\n`)
  const head = `Since its start this app asked it ${numeral(decided)} times; it would have decided`
  return ways.length === 0 ? `${head} the same.\n` : `${head} otherwise:\n${ways.join('')}`
}
