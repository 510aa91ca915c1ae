// countersign freeze
import type { RolloutSummary } from '@countersign/core'
import type { Command, Given } from '../command.ts'
import { BY, JSON_OUT, WHY } from '../command-options.ts'
import { type Context, signedBy } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { PLACE } from '../reach-backend.ts'
import { withOperator } from '../reach-operator.ts'
import { rolloutWords } from '../rollout-words.ts'

export const freeze: Command = {
  name: 'freeze',
  summary: 'Stops the rollout at the share that it has come to.',
  operands: [],
  options: { why: WHY, by: BY, ...PLACE, json: JSON_OUT },
  examples: [
    {
      line: 'countersign freeze --why "the support desk has questions"',
      does: 'No further step comes by itself, until countersign widen.',
    },
  ],
  happens:
    'Those for whom the candidate decides already go on to be decided by it: to take that back there is countersign abort.',
  exits: {
    3: 'nothing is tried',
    4: 'the data directory or the app cannot be reached',
    5: 'the app did not answer',
  },
  run: runFreeze,
}

async function runFreeze(context: Context, given: Given): Promise<ExitCode> {
  const signed = signedBy(context, given)
  return withOperator(context, { make: false }, async (operator) => {
    const frozen = (await operator.call('freeze', signed)) as unknown as RolloutSummary
    await context.result({ via: operator.via, ...frozen }, rolloutWords(frozen))
    return EXIT.done
  })
}
