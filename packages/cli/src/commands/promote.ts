// countersign promote
import type { ActivationSummary } from '@countersign/core'
import { fromNowOn, inForce } from '../activation-words.ts'
import type { Command, Given } from '../command.ts'
import { BY, JSON_OUT, KEY, WHY } from '../command-options.ts'
import { type Context, signedBy } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { PLACE } from '../reach-backend.ts'
import { withOperator } from '../reach-operator.ts'

export const promote: Command = {
  name: 'promote',
  summary: 'Puts the policy that is tried in force, for everybody.',
  operands: [],
  options: { why: WHY, by: BY, key: KEY, ...PLACE, json: JSON_OUT },
  examples: [
    {
      line: 'countersign promote --why "SEC-114: two calm weeks at 50 %"',
      does: 'From the next request on, the candidate decides for everybody.',
    },
  ],
  happens:
    'It becomes an activation, as countersign activate makes one, and the rollout has ended. What was granted while it was tried goes on to hold; a recall of the activation ends that too.',
  exits: {
    3: 'nothing is tried, or it no longer covers what the app guards',
    4: 'the data directory or the app cannot be reached',
    5: 'the app did not answer',
  },
  run: runPromote,
}

async function runPromote(context: Context, given: Given): Promise<ExitCode> {
  const signed = signedBy(context, given)
  return withOperator(context, { make: false }, async (operator) => {
    const active = (await operator.call('promote', signed)) as unknown as ActivationSummary
    await context.result(
      { via: operator.via, ...active },
      `${inForce(context, active)}${fromNowOn(operator)}To take it back: countersign rollback --recall --why "…"\n`,
    )
    return EXIT.done
  })
}
