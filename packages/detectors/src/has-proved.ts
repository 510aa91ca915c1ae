// Whether somebody proved in this login that they are the person: by more than a password that may have been stolen.
import type { DetectorScene } from '@countersign/core'

/** A trusted device, a completed challenge, or two methods of the identity's own. */
export function hasProved({ device, factors }: Pick<DetectorScene, 'device' | 'factors'>): boolean {
  if (device === 'trusted') return true
  const methods = new Set<string>()
  for (const { from, amr } of factors) {
    if (from === 'evidence') return true
    for (const method of amr) methods.add(method)
  }
  return methods.size >= 2
}
