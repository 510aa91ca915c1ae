// An enrollment grace has one deadline: whoever waits for it to be moved once more never enrolls.
import type { CompiledPolicy } from '../policy/compiled-policy.ts'
import { ActivationRefused } from './check-activation.ts'

/**
 * By the claim, so that another name is no other grace; as far back as the history goes. A rollback is not asked: it
 * brings back what was.
 *
 * @throws ActivationRefused `grace_renewed`
 */
export function checkGrace(
  history: readonly { readonly policy: CompiledPolicy }[],
  candidate: CompiledPolicy,
): void {
  const deadlines = new Map<string, number>()
  for (const { policy } of history)
    for (const [claim, until] of gracesOf(policy))
      deadlines.set(claim, Math.min(until, deadlines.get(claim) ?? until))
  for (const [claim, until, name] of gracesOf(candidate)) {
    const deadline = deadlines.get(claim)
    if (deadline === undefined || until <= deadline) continue
    throw new ActivationRefused(
      'grace_renewed',
      `${name}: the grace of those without ${claim} had the deadline ${new Date(deadline).toISOString()}, and it is never renewed. Write that one or an earlier one, or a waiver for those who need longer.`,
    )
  }
}

function gracesOf({ optOuts }: CompiledPolicy): (readonly [string, number, string])[] {
  return Object.entries(optOuts).flatMap(([name, optOut]) =>
    optOut.kind === 'enrollment-grace' ? [[optOut.claim, optOut.until, name] as const] : [],
  )
}
