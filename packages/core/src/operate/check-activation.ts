// What has to hold before a policy is put in force, besides what the language's own checks say.
import type { Engine } from '../engine/engine.ts'
import type { CompiledPolicy } from '../policy/compiled-policy.ts'
import { preparePolicy } from '../policy/prepare-policy.ts'
import { COLD_START } from '../risk/assess-risk.ts'

/** Signals that the engine itself sends. */
const ENGINE_SIGNALS: readonly string[] = ['device-reuse', 'credential-change']

/** An activation was refused: what is wrong, and what to do. */
export class ActivationRefused extends Error {
  override readonly name = 'ActivationRefused'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** @throws ActivationRefused `action_uncovered`, `signal_without_source` */
export function checkActivation(
  engine: Pick<Engine, 'guardedActions' | 'detectors'>,
  compiled: CompiledPolicy,
): void {
  const policy = preparePolicy(compiled)
  for (const action of engine.guardedActions) {
    const plan = policy.planFor(action)
    const covered =
      plan?.declaration.open === true ||
      plan?.rules.some((rule) => rule.when === undefined && rule.require !== undefined) === true
    if (covered) continue
    throw new ActivationRefused(
      'action_uncovered',
      `${action}: a running guard uses this action, and the policy ${plan === undefined ? 'does not declare it' : 'has no rule without a condition for it'}. Declare it and cover it by a rule, or say open: true.`,
    )
  }
  const models = new Set(
    Object.values(compiled.threatModels).flatMap((model) => Object.keys(model.signals)),
  )
  for (const code of models) {
    const known =
      code === COLD_START ||
      engine.detectors.has(code) ||
      compiled.external.includes(code) ||
      ENGINE_SIGNALS.includes(code)
    if (known) continue
    throw new ActivationRefused(
      'signal_without_source',
      `${code}: a threat model counts this signal, and nothing provides it. Give createGuard a detector for it, or list it under external.`,
    )
  }
}
