// countersign rollout
import type { RolloutSummary } from '@countersign/core'
import type { Command, Given } from '../command.ts'
import { JSON_OUT } from '../command-options.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { PLACE } from '../reach-backend.ts'
import { withOperator } from '../reach-operator.ts'
import { rolloutWords } from '../rollout-words.ts'

export const rollout: Command = {
  name: 'rollout',
  summary: 'Shows the policy that is tried, how far it has come, and what it would change.',
  operands: [],
  options: { ...PLACE, json: JSON_OUT },
  examples: [
    {
      line: 'countersign rollout',
      does: 'Says for how many percent the candidate decides and when the next step comes; for one that is watched, how often it would have decided otherwise.',
    },
  ],
  happens:
    'Asks the running app, or reads the data directory. What a watched policy would have decided is counted by each app since its start; the records, one for each decision that would have come out otherwise, are in the audit log: countersign audit tail.',
  exits: { 4: 'the data directory or the app cannot be reached' },
  run: runRollout,
}

async function runRollout(context: Context, _given: Given): Promise<ExitCode> {
  return withOperator(context, { make: false }, async (operator) => {
    const { rollouts } = (await operator.call('history')) as unknown as {
      readonly rollouts: readonly RolloutSummary[]
    }
    const running = rollouts.find((one) => one.ended === undefined)
    await context.result(
      { via: operator.via, rollout: running ?? null },
      running === undefined
        ? 'No policy is tried. Begin with: countersign activate <policy> --shadow --why "…"\n'
        : rolloutWords(running),
    )
    return EXIT.done
  })
}
