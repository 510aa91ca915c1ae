// Policies as commands name them: a file, or `live`, the one in force where the command works.
import type { ActivationSummary, CompiledPolicy } from '@countersign/core'
import { CliError } from './cli-error.ts'
import type { Context } from './context.ts'
import { EXIT } from './exit-code.ts'
import { readSoundPolicy } from './policy-input.ts'
import { withOperator } from './reach-operator.ts'

export const LIVE = 'live'

/** @throws CliError where it cannot be read, has a mistake, or none is in force */
export async function readNamedPolicy(context: Context, name: string): Promise<CompiledPolicy> {
  if (name !== LIVE) return (await readSoundPolicy(context, name)).compiled
  return withOperator(context, { make: false }, async (operator) => {
    const { activations } = (await operator.call('history')) as unknown as {
      readonly activations: readonly ActivationSummary[]
    }
    const inForce = activations.find((one) => one.inForce)
    const found = inForce && (await operator.call('policy', { revision: inForce.revision }))
    if (found) return found as unknown as CompiledPolicy
    throw new CliError(
      EXIT.unreachable,
      'no_policy_in_force',
      `${context.place}: no policy is in force here. Put one in force: countersign activate <policy> --why "…"`,
    )
  })
}
