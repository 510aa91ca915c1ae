// Spending what was confirmed for one request: once, by one atomic write, before anything else is spent or recorded
// (laws 6, 13). Whatever fails on the way is a challenge; what was spent stays spent.
import { isStillChosen } from '../engine/choose-policy.ts'
import type { Engine } from '../engine/engine.ts'
import { withinDeadline } from '../engine/within-deadline.ts'
import { PERMIT_LIFE_MS } from '../policy/check-permit.ts'
import type { ReasonCode } from '../policy/reason-code.ts'
import type { SpendingRule } from '../policy/verdict.ts'
import type { Basis } from './basis.ts'
import { evidenceNow } from './facts-of-request.ts'
import type { RequestSpending } from './guarded-request.ts'

export type PermitsSpent =
  | { readonly is: 'spent' }
  /** `because` is left out where it follows from the rules: the permit was used. */
  | {
      readonly is: 'refused'
      readonly rules: readonly SpendingRule[]
      readonly because?: ReasonCode
    }

/** `spending`: what this very request has spent already, for guards inside guards. */
export async function spendPermits(
  engine: Engine,
  basis: Basis,
  spending: RequestSpending | undefined,
): Promise<PermitsSpent> {
  const rules = basis.verdict.spends ?? []
  const { subject } = basis.scene.identity
  for (const id of new Set(rules.map(({ permit }) => permit))) {
    if (spending?.spent?.has(id)) continue
    try {
      const write = engine.store.write(['permit', subject, id], true, 'absent', PERMIT_LIFE_MS * 2)
      if (!(await withinDeadline(write, 'spending')))
        return { is: 'refused', rules: rules.filter(({ permit }) => permit === id) }
    } catch (error) {
      engine.logger.error({ err: error }, 'a permit could not be spent: it does not count')
      return { is: 'refused', rules, because: 'store_unavailable' }
    }
    if (spending !== undefined) {
      spending.spent ??= new Set()
      spending.spent.add(id)
    }
  }
  return rules.length > 0 && changedMeanwhile(engine, basis)
    ? { is: 'refused', rules, because: 'feed_stale' }
    : { is: 'spent' }
}

/** After the wait: another policy is in force, or what the request stands on was taken back, or is stale. */
function changedMeanwhile(engine: Engine, { activation, scene, verdict }: Basis): boolean {
  if (!isStillChosen(engine, activation)) return true
  const left = evidenceNow(engine, scene)?.permits ?? []
  return (verdict.spends ?? []).some(({ permit }) => !left.some(({ id }) => id === permit))
}
