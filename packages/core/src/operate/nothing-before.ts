// Why a rollback without a target has none, and which activation could be named instead.
import type { State } from '../state/state.ts'

export function nothingBefore(state: State): string {
  const active = state.active()
  if (active === undefined) return 'There is no earlier activation: no policy was ever in force.'
  const why =
    active.to === undefined
      ? `${active.position} is the first that is known.`
      : `${active.position} rolled back to ${active.to}, and that chain of rollbacks ends with the first that is known.`
  const other = state
    .activations()
    .findLast(({ policy }) => policy.revision !== active.policy.revision)
  const next =
    other === undefined
      ? 'No other policy was in force.'
      : `To put a later one in force again, name it: --to ${other.position} (${other.policy.name}). See history.`
  return `There is no earlier activation: ${why} ${next}`
}
