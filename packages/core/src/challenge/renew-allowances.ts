// What a step-up gives back: the allowances of the rules that it met.
import { choosePolicy } from '../engine/choose-policy.ts'
import type { Engine } from '../engine/engine.ts'
import { noteStepUp } from '../opt-outs/spend-allowance.ts'
import { checkRequirement, lastMetAt } from '../policy/check-requirement.ts'
import type { Factor } from '../policy/facts.ts'

/** Allowances count from the last step-up that met the rule they waive. */
export async function renewAllowances(
  engine: Engine,
  subject: string,
  factors: readonly Factor[],
  at: number,
): Promise<void> {
  const active = await choosePolicy(engine, subject)
  if (active === undefined) return
  for (const rule of active.policy.compiled.rules) {
    const { require } = rule
    if (
      require === undefined ||
      checkRequirement(active.policy.levels, require, factors, at) !== 'requirement_met'
    )
      continue
    const metAt = lastMetAt(active.policy.levels, require, factors, at)
    for (const optOut of rule.optOuts) {
      if (active.optOuts.get(optOut)?.optOut.kind !== 'allowance') continue
      await noteStepUp(engine.store, { subject, rule: rule.id, optOut, metAt })
    }
  }
}
