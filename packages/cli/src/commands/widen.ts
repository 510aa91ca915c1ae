// countersign widen
import type { RolloutSummary } from '@countersign/core'
import { CliError } from '../cli-error.ts'
import type { Command, Given } from '../command.ts'
import { BY, JSON_OUT, KEY, WHY } from '../command-options.ts'
import { type Context, signedBy } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { PLACE } from '../reach-backend.ts'
import { withOperator } from '../reach-operator.ts'
import { PERCENT, readSteps, rolloutWords, STEPS } from '../rollout-words.ts'

export const widen: Command = {
  name: 'widen',
  summary: 'Gives the rollout another share, or other steps.',
  operands: [],
  options: { why: WHY, percent: PERCENT, steps: STEPS, by: BY, key: KEY, ...PLACE, json: JSON_OUT },
  examples: [
    {
      line: 'countersign widen --percent 50 --why "a calm week"',
      does: 'The candidate decides for half of the people; those for whom it decided before are among them.',
    },
  ],
  happens:
    'The steps begin now. A rollout that was frozen goes on by it. A smaller share works as well: those who fall out of it are decided by the policy in force again.',
  exits: {
    3: 'nothing is tried, or it is only watched, or the steps do not widen',
    4: 'the data directory or the app cannot be reached',
    5: 'the app did not answer',
  },
  run: runWiden,
}

async function runWiden(context: Context, given: Given): Promise<ExitCode> {
  const steps = readSteps(given)
  if (steps === undefined)
    throw new CliError(
      EXIT.usage,
      'steps_missing',
      'Say how wide: --percent 50, or --steps 10:1d,50.',
    )
  const asked = { ...signedBy(context, given), steps }
  return withOperator(context, { make: false }, async (operator) => {
    const widened = (await operator.call('widen', asked)) as unknown as RolloutSummary
    await context.result({ via: operator.via, ...widened }, rolloutWords(widened))
    return EXIT.done
  })
}
