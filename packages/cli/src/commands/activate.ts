// countersign activate
import type { ActivationSummary } from '@countersign/core'
import { fromNowOn, inForce } from '../activation-words.ts'
import { CliError } from '../cli-error.ts'
import type { Command, Given } from '../command.ts'
import { BY, JSON_OUT, KEY, WHY } from '../command-options.ts'
import { type Context, signedBy } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { problemLines, readSoundPolicy } from '../policy-input.ts'
import { PLACE } from '../reach-backend.ts'
import { type ReachedOperator, withOperator } from '../reach-operator.ts'

export const activate: Command = {
  name: 'activate',
  summary: 'Puts a policy in force.',
  operands: [{ name: 'policy', required: true }],
  options: { why: WHY, by: BY, key: KEY, ...PLACE, json: JSON_OUT },
  examples: [
    {
      line: 'countersign activate countersign.policy.yaml --why "SEC-114: small payments without a code"',
      does: 'From the next request on, the app decides by this policy.',
    },
  ],
  happens:
    'Checks the policy as countersign check does, then tells the app to put it in force, and returns once the next request is decided by it. It becomes an activation with a position such as 1:7, which history shows and rollback takes back. It is refused where an action that the app guards would no longer be covered, or where it counts a signal that nothing provides. Remembered devices stay remembered. Where no app runs, its own detectors and guarded actions are not known: what needs a detector of its own is then refused. Where instances share a backend, --key signs it, and every instance verifies that.',
  exits: {
    1: 'the policy has an error',
    3: 'refused, for what it would do to the app; the policy before stays in force',
    4: 'the file or the data directory cannot be reached',
    5: 'the app did not answer',
  },
  run: runActivate,
}

async function runActivate(context: Context, given: Given): Promise<ExitCode> {
  const signed = signedBy(context, given)
  const { text, file, problems } = await readSoundPolicy(context, given.need('policy'))
  for (const line of problemLines(file, problems)) await context.note(line)
  return withOperator(context, { make: true }, async (operator) => {
    const active = await call(operator, text, signed)
    await context.result(
      { via: operator.via, ...active },
      `${inForce(context, active)}${fromNowOn(operator)}To take it back: countersign rollback --why "…"\n`,
    )
    return EXIT.done
  })
}

async function call(
  operator: ReachedOperator,
  policy: string,
  signed: { by: string; why: string },
): Promise<ActivationSummary> {
  try {
    const active = await operator.call('activate', { policy, ...signed })
    return active as unknown as ActivationSummary
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    if (operator.via === 'app' || code !== 'signal_without_source') throw error
    const advice =
      operator.via === 'files'
        ? 'If the app has a detector for it, start the app and activate the policy then.'
        : 'If the app has a detector for it, activate the policy in the app: guard.operator.activate.'
    throw new CliError(EXIT.refused, code, `${message} ${advice}`)
  }
}
