// countersign resume
import type { Command, Given } from '../command.ts'
import { BY, JSON_OUT, KEY, WHY } from '../command-options.ts'
import { type Context, signedBy } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { printable } from '../output/printable.ts'
import { PLACE } from '../reach-backend.ts'
import { withOperator } from '../reach-operator.ts'

export const resume: Command = {
  name: 'resume',
  summary: 'Lifts a suspension.',
  operands: [{ name: 'target', required: true }],
  options: { why: WHY, by: BY, key: KEY, ...PLACE, json: JSON_OUT },
  examples: [
    {
      line: 'countersign resume opt-out:remembered-device --why "the cookies were ended one by one"',
      does: 'Remembered devices that have not ended hold again.',
    },
  ],
  happens:
    'The target is named as it was suspended; countersign history shows what is suspended. Lifting one suspension leaves others: an opt-out holds only while nothing that it depends on is suspended.',
  exits: {
    3: 'it is not suspended',
    4: 'the data directory or the app cannot be reached',
    5: 'the app did not answer',
  },
  run: runResume,
}

async function runResume(context: Context, given: Given): Promise<ExitCode> {
  const target = given.need('target')
  const signed = signedBy(context, given)
  return withOperator(context, { make: false }, async (operator) => {
    await operator.call('resume', { target, ...signed })
    await context.result(
      { via: operator.via, resumed: target },
      `Resumed: ${printable(target)} is no longer suspended.\n`,
    )
    return EXIT.done
  })
}
