// Kind trusted-target: what the request is about stands on the subject's own list.
import { CLOCK_LEEWAY_MS } from '../policy/check-requirement.ts'
import { fails, HOLDS, type KindCheck, undecided } from './opt-out-check.ts'

/** The limit is the stricter of that at the time it was added and now (law 7). Inclusive. */
export function prepareTrustedTarget(name: string, now: { readonly overallMs: number }): KindCheck {
  return function checkTrustedTarget({ at, targets }) {
    const target = targets && Object.hasOwn(targets, name) ? targets[name] : undefined
    if (target === undefined) return undecided('target_unchecked')
    if (target.is === 'absent') return fails('target_absent')
    if (target.is === 'unknown') return undecided(target.why)
    const { addedAt, overallMs } = target.value
    const age = at - addedAt
    // negatable as a whole, so that NaN is never within
    const within = age >= -CLOCK_LEEWAY_MS && age <= Math.min(now.overallMs, overallMs)
    return within ? HOLDS : fails('target_expired')
  }
}
