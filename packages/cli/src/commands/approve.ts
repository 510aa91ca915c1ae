// countersign approve
import type { ActivationSummary, RolloutSummary } from '@countersign/core'
import { fromNowOn, inForce } from '../activation-words.ts'
import type { Command, Given } from '../command.ts'
import { BY, JSON_OUT, KEY, WHY } from '../command-options.ts'
import { type Context, signedBy } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { PLACE } from '../reach-backend.ts'
import { withOperator } from '../reach-operator.ts'
import { rolloutWords } from '../rollout-words.ts'

export const approve: Command = {
  name: 'approve',
  summary: 'Approves what somebody else proposed: it begins at once.',
  operands: [{ name: 'proposal', required: true }],
  options: { why: WHY, by: BY, key: KEY, ...PLACE, json: JSON_OUT },
  examples: [
    {
      line: 'countersign approve 1:7 --by ciso@shop.example --why "SEC-114: read and compared"',
      does: 'What was proposed as 1:7 is in force, or is rolled out as it was proposed.',
    },
  ],
  happens:
    'It is refused to who proposed it: by name, and where instances share a backend by key too. A waiver that is new or was changed names its approver, and that has to be one of the two. The activation shows both. On one machine names are what people give: whoever may write to the control socket may give any.',
  exits: {
    3: 'no such proposal waits, it is yours, or a waiver names another approver',
    4: 'the data directory or the app cannot be reached',
    5: 'the app did not answer',
  },
  run: runApprove,
}

async function runApprove(context: Context, given: Given): Promise<ExitCode> {
  const asked = { proposal: given.need('proposal'), ...signedBy(context, given) }
  return withOperator(context, { make: false }, async (operator) => {
    const begun = (await operator.call('approve', asked)) as unknown as
      | ActivationSummary
      | RolloutSummary
    const words =
      'activation' in begun
        ? `${inForce(context, begun)}${fromNowOn(operator)}`
        : rolloutWords(begun)
    await context.result({ via: operator.via, ...begun }, words)
    return EXIT.done
  })
}
