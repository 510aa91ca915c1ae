// countersign recall
import type { Command, Given } from '../command.ts'
import { BY, JSON_OUT, WHY } from '../command-options.ts'
import { type Context, signedBy } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { printable } from '../output/printable.ts'
import { PLACE } from '../reach-backend.ts'
import { withOperator } from '../reach-operator.ts'

export const recall: Command = {
  name: 'recall',
  summary: 'Ends everything that was granted under one activation or rollout.',
  operands: [{ name: 'activation', required: true }],
  options: { why: WHY, by: BY, ...PLACE, json: JSON_OUT },
  examples: [
    {
      line: 'countersign recall 1:1 --why "SEC-121: trusted devices were given out too freely"',
      does: 'Whoever remembered a device while activation 1:1 was in force has to step up again.',
    },
  ],
  happens:
    'Remembered devices keep the activation under which they were trusted, through every renewal. A recall ends all of them at once, however many there are; that of a policy which was rolled out first, with what was granted meanwhile. It tightens only, and cannot be undone. Which policy is in force does not change: for that there is rollback, which recalls too with --recall.',
  exits: {
    3: 'there is no such activation',
    4: 'the data directory or the app cannot be reached',
    5: 'the app did not answer',
  },
  run: runRecall,
}

async function runRecall(context: Context, given: Given): Promise<ExitCode> {
  const activation = given.need('activation')
  const signed = signedBy(context, given)
  return withOperator(context, { make: false }, async (operator) => {
    await operator.call('recall', { activation, ...signed })
    await context.result(
      { via: operator.via, recalled: activation },
      `What was granted under activation ${printable(activation)} has ended.\n`,
    )
    return EXIT.done
  })
}
