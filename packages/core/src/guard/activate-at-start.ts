// The policy at the start: the option's, if its revision never was in force; what operators activated wins over it.
import type { Engine } from '../engine/engine.ts'
import { AppendConflict } from '../engine/open-engine.ts'
import { ActivationRefused } from '../operate/check-activation.ts'
import { createOperator } from '../operate/create-operator.ts'
import type { CompiledPolicy } from '../policy/compiled-policy.ts'
import type { Platform } from './guard-options.ts'

const SIGNED = { by: 'countersign' } as const

export const NO_POLICY_IN_FORCE =
  'no policy is in force: every guarded request is answered with 503 until an operator activates one, with: guard.operator.activate(policy, { by, why, key })'

export async function activateAtStart(
  engine: Engine,
  policy: CompiledPolicy | undefined,
  platform: Platform,
): Promise<void> {
  const { state, logger } = engine
  const wanted = policy ?? (state.active() === undefined ? platform.defaultPolicy() : undefined)
  if (wanted === undefined) return
  if (state.activations().some((one) => one.policy.revision === wanted.revision)) {
    if (state.active()?.policy.revision !== wanted.revision)
      logger.info(
        { given: wanted.revision, inForce: state.active()?.policy.revision },
        'the policy that is in force was activated by an operator; the policy option was in force before and stays out',
      )
    return
  }
  // an instance by itself only tightens (law 12): it has no key, and must have none
  if (engine.authority !== undefined) return tellNotActivated(engine, policy)
  const why =
    policy === undefined
      ? 'no policy was given: the built-in one'
      : 'the policy option of createGuard'
  const mayLoosen = (live: CompiledPolicy, candidate: CompiledPolicy) =>
    platform.mayLoosen?.(live, candidate) ?? true
  try {
    await createOperator(engine, () => wanted, mayLoosen).activate(wanted, { ...SIGNED, why })
  } catch (error) {
    // another instance was first; what it activated is folded by now
    if (error instanceof AppendConflict && state.active() !== undefined) return
    // no reason not to start: the policy in force decides
    if (error instanceof ActivationRefused && error.code === 'second_person_needed')
      return void logger.warn({ given: wanted.revision }, error.message)
    throw error
  }
  if (policy === undefined)
    logger.warn(
      { revision: wanted.revision },
      'no policy was given: every guarded action needs a login of at most 15 minutes or a remembered device. Write one with: countersign init',
    )
}

function tellNotActivated({ state, logger }: Engine, policy: CompiledPolicy | undefined): void {
  const inForce = state.active()?.policy.revision
  if (inForce === undefined) logger.error({}, NO_POLICY_IN_FORCE)
  else if (policy !== undefined)
    logger.warn(
      { given: policy.revision, inForce },
      'the policy option is not in force: on a shared backend an operator activates it, with: guard.operator.activate(policy, { by, why, key })',
    )
}
