// countersign rollback
import type { ActivationSummary } from '@countersign/core'
import { fromNowOn, inForce } from '../activation-words.ts'
import type { Command, Given } from '../command.ts'
import { BY, JSON_OUT, KEY, WHY } from '../command-options.ts'
import { type Context, signedBy } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { PLACE } from '../reach-backend.ts'
import { withOperator } from '../reach-operator.ts'

export const rollback: Command = {
  name: 'rollback',
  summary: 'Puts an earlier policy in force again.',
  operands: [],
  options: {
    why: WHY,
    to: {
      type: 'text',
      value: 'activation',
      text: 'the activation whose policy it shall be, as history shows it [the one before]',
    },
    recall: {
      type: 'flag',
      text: 'also end every remembered device that was trusted under the policy that is taken back',
    },
    by: BY,
    key: KEY,
    ...PLACE,
    json: JSON_OUT,
  },
  examples: [
    {
      line: 'countersign rollback --why "the new rule locks out the support desk"',
      does: 'The policy before the present one holds again.',
    },
    {
      line: 'countersign rollback --to 1:1 --recall --why "SEC-120: the limits were too wide"',
      does: 'The policy of activation 1:1 holds again, and the trust that was given under the present one has ended.',
    },
  ],
  happens:
    'When it returns, the next request of the app is decided by the earlier policy, and its record says so. A rollback is an activation of its own, with a new position: nothing is erased, and a second rollback goes further back. Without --recall, what was granted under the policy that is taken back goes on to hold, within the limits of the one that is in force.',
  exits: {
    3: 'there is no such activation, or none before; or the earlier policy no longer covers what the app guards',
    4: 'the data directory or the app cannot be reached',
    5: 'the app did not answer',
  },
  run: runRollback,
}

async function runRollback(context: Context, given: Given): Promise<ExitCode> {
  const recall = given.flag('recall')
  const to = given.text('to')
  const asked = { ...signedBy(context, given), recall, ...(to === undefined ? {} : { to }) }
  return withOperator(context, { make: false }, async (operator) => {
    const active = (await operator.call('rollback', asked)) as unknown as ActivationSummary
    const recalled = recall
      ? 'What was granted under the policy that was taken back has ended.\n'
      : ''
    await context.result(
      { via: operator.via, recall, ...active },
      `${inForce(context, active)}${fromNowOn(operator)}${recalled}`,
    )
    return EXIT.done
  })
}
