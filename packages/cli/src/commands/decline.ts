// countersign decline
import type { Command, Given } from '../command.ts'
import { BY, JSON_OUT, WHY } from '../command-options.ts'
import { type Context, signedBy } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { printable } from '../output/printable.ts'
import { PLACE } from '../reach-backend.ts'
import { withOperator } from '../reach-operator.ts'

export const decline: Command = {
  name: 'decline',
  summary: 'Takes a proposal off the list: it never begins.',
  operands: [{ name: 'proposal', required: true }],
  options: { why: WHY, by: BY, ...PLACE, json: JSON_OUT },
  examples: [
    {
      line: 'countersign decline 1:7 --why "the limits are too wide"',
      does: 'Nobody can approve 1:7 any more.',
    },
  ],
  happens: 'Nothing changes for anybody. Who proposed it may decline it too.',
  exits: {
    3: 'no such proposal waits',
    4: 'the data directory or the app cannot be reached',
    5: 'the app did not answer',
  },
  run: runDecline,
}

async function runDecline(context: Context, given: Given): Promise<ExitCode> {
  const proposal = given.need('proposal')
  const asked = { proposal, ...signedBy(context, given) }
  return withOperator(context, { make: false }, async (operator) => {
    await operator.call('decline', asked)
    await context.result(
      { via: operator.via, declined: proposal },
      `Declined: ${printable(proposal)}.\n`,
    )
    return EXIT.done
  })
}
