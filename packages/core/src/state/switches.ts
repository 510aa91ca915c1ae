// What is switched off. A switch only tightens: it suspends opt-outs (law 11).
import type { Position } from '../ports/position.ts'
import type { SwitchEvent, SwitchTarget } from './feed-event.ts'

export interface Suspension {
  readonly target: SwitchTarget
  /** Of the event that suspended it last: what lifting it has to name where it is signed. Absent in old snapshots. */
  readonly position?: Position
  readonly at: number
  readonly by: string
  readonly why: string
  /** The first millisecond at which it no longer holds. Absent: until it is lifted. */
  readonly until?: number
}

export interface Switches {
  /** True too where all opt-outs are suspended: that holds for every target. */
  isSuspended(target: SwitchTarget, at: number): boolean
  suspensions(at: number): readonly Suspension[]
  /** Also one that is over. */
  find(target: SwitchTarget): Suspension | undefined
  fold(event: SwitchEvent, position: Position): void
  toJson(): readonly Suspension[]
}

export function createSwitches(json: readonly Suspension[] = []): Switches {
  const suspended = new Map<SwitchTarget, Suspension>(json.map((one) => [one.target, one]))

  function holds(target: SwitchTarget, at: number): boolean {
    const one = suspended.get(target)
    return one !== undefined && (one.until === undefined || !(at >= one.until))
  }

  return {
    isSuspended(target, at) {
      if (suspended.size === 0) return false
      return holds('opt-outs', at) || holds(target, at)
    },
    suspensions: (at) => [...suspended.values()].filter((one) => holds(one.target, at)),
    find: (target) => suspended.get(target),
    fold({ data, at, by, why }, position) {
      if (data.kind === 'resume') {
        suspended.delete(data.target)
        return
      }
      const { target } = data
      const until = laterEnd(suspended.get(target), data.until)
      const end = until === undefined ? {} : { until }
      suspended.set(target, { target, position, at, by, why, ...end })
    },
    toJson: () => [...suspended.values()],
  }
}

/** A second suspension never ends the first one earlier: lifting takes authority (law 12). */
function laterEnd(before: Suspension | undefined, until: number | undefined): number | undefined {
  if (until === undefined || !Number.isFinite(until)) return undefined
  if (before === undefined) return until
  return before.until === undefined ? undefined : Math.max(before.until, until)
}
