// countersign abort
import type { RolloutSummary } from '@countersign/core'
import type { Command, Given } from '../command.ts'
import { BY, JSON_OUT, KEY, WHY } from '../command-options.ts'
import { type Context, signedBy } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { PLACE } from '../reach-backend.ts'
import { withOperator } from '../reach-operator.ts'
import { rolloutWords } from '../rollout-words.ts'

export const abort: Command = {
  name: 'abort',
  summary: 'Ends the rollout: the policy in force decides for everybody again.',
  operands: [],
  options: {
    why: WHY,
    recall: {
      type: 'flag',
      text: 'also end everything that was granted under the policy that was tried',
    },
    by: BY,
    key: KEY,
    ...PLACE,
    json: JSON_OUT,
  },
  examples: [
    {
      line: 'countersign abort --recall --why "SEC-130: too much is waived"',
      does: 'Nobody is decided by the candidate any more, and the devices that were trusted under it have ended.',
    },
  ],
  happens:
    'When it returns, the next request is decided by the policy in force. Without --recall, what was granted under the candidate goes on to hold, within the limits of the policy in force.',
  exits: {
    3: 'nothing is tried',
    4: 'the data directory or the app cannot be reached',
    5: 'the app did not answer',
  },
  run: runAbort,
}

async function runAbort(context: Context, given: Given): Promise<ExitCode> {
  const asked = { ...signedBy(context, given), recall: given.flag('recall') }
  return withOperator(context, { make: false }, async (operator) => {
    const aborted = (await operator.call('abort', asked)) as unknown as RolloutSummary
    await context.result({ via: operator.via, ...aborted }, rolloutWords(aborted))
    return EXIT.done
  })
}
