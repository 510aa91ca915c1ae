// The candidate that is tried beside the policy in force, and those that were. Which step holds follows from the feed and
// the clock alone: no timer moves it.
import type { CompiledPolicy } from '../policy/compiled-policy.ts'
import { comparePositions, type Position } from '../ports/position.ts'
import type { PolicyEvent, RolloutPlan, RolloutStep } from './feed-event.ts'

export interface Rollout {
  /** What is granted under the candidate keeps it. */
  readonly position: Position
  readonly policy: CompiledPolicy
  readonly plan: RolloutPlan
  readonly at: number
  readonly by: string
  readonly why: string
  /** Who agreed, where it was proposed. */
  readonly approvedBy?: string
  /** When its present steps began. */
  readonly stepsFrom: number
  /** From when on it goes no further by itself. */
  readonly frozenAt?: number
}

export interface PastRollout extends Rollout {
  readonly ended: 'promoted' | 'aborted' | 'superseded'
  readonly endedAt: number
}

type Stored<T extends Rollout> = Omit<T, 'policy'> & { readonly revision: string }

export interface RolloutsJson {
  readonly policies: Readonly<Record<string, CompiledPolicy>>
  readonly current?: Stored<Rollout>
  readonly past: readonly Stored<PastRollout>[]
}

export interface Rollouts {
  current(): Rollout | undefined
  /** Oldest first, the last 50. */
  past(): readonly PastRollout[]
  /** The policy of a revision that is or was tried. */
  findPolicy(revision: string): CompiledPolicy | undefined
  has(position: Position): boolean
  /** All that were begun after this position, the present one among them. */
  since(position: Position): readonly Position[]
  begin(rollout: Rollout): void
  end(how: PastRollout['ended'], at: number): void
  widen(steps: readonly RolloutStep[], at: number): void
  freeze(at: number): void
  toJson(): RolloutsJson
}

const PAST_KEPT = 50

export function createRollouts(json?: RolloutsJson): Rollouts {
  let current = json?.current && restore<Rollout>(json, json.current)
  let past: readonly PastRollout[] = json?.past.map((one) => restore<PastRollout>(json, one)) ?? []

  const all = (): readonly Rollout[] => (current === undefined ? past : [...past, current])

  function end(ended: PastRollout['ended'], endedAt: number): void {
    if (current === undefined) return
    past = [...past.slice(1 - PAST_KEPT), Object.freeze({ ...current, ended, endedAt })]
    current = undefined
  }

  return {
    current: () => current,
    past: () => past,
    findPolicy: (revision) => all().find(({ policy }) => policy.revision === revision)?.policy,
    has: (position) => all().some((one) => one.position === position),
    since: (position) =>
      all()
        .map((one) => one.position)
        .filter((one) => comparePositions(one, position) > 0),
    begin(rollout) {
      end('superseded', rollout.at)
      current = Object.freeze(rollout)
    },
    end,
    widen(steps, at) {
      if (current?.plan.kind !== 'percent') return
      const { frozenAt: _, ...rest } = current
      current = Object.freeze({ ...rest, plan: { ...current.plan, steps }, stepsFrom: at })
    },
    freeze(at) {
      if (current === undefined || current.frozenAt !== undefined) return
      current = Object.freeze({ ...current, frozenAt: at })
    },
    toJson: () => ({
      policies: Object.fromEntries(all().map(({ policy }) => [policy.revision, policy])),
      ...(current === undefined ? {} : { current: store(current) }),
      past: past.map(store),
    }),
  }
}

function store<T extends Rollout>({ policy, ...rest }: T): Stored<T> {
  return { ...rest, revision: policy.revision } as unknown as Stored<T>
}

function restore<T extends Rollout>(json: RolloutsJson, stored: Stored<T>): T {
  const { revision, ...rest } = stored
  const policy = json.policies[revision]
  if (policy === undefined) throw new Error(`the snapshot lacks the policy ${revision}`)
  return Object.freeze({ ...rest, policy }) as unknown as T
}

/** The rollout that an event begins at a position. */
export function toRollout(
  { at, by, why }: Pick<PolicyEvent, 'at' | 'by' | 'why'>,
  position: Position,
  policy: CompiledPolicy,
  plan: RolloutPlan,
): Rollout {
  return { position, policy, plan, at, by, why, stepsFrom: at }
}

/** Whether steps can be gone through: each wider than the one before, and all but the last with a time of its own. */
export function areSteps(steps: unknown): steps is readonly RolloutStep[] {
  if (!Array.isArray(steps) || steps.length === 0 || steps.length > 20) return false
  return steps.every(({ percent, forMs }: RolloutStep, index) => {
    const wider = percent > (index === 0 ? 0 : (steps[index - 1] as RolloutStep).percent)
    const last = index === steps.length - 1
    return wider && percent <= 100 && (last ? forMs === undefined : (forMs ?? 0) > 0)
  })
}

/** The share of the subjects that the candidate decides for, 0 to 100. A moment that is none counts as before the first step's end. */
export function percentAt(
  { plan, stepsFrom, frozenAt }: Pick<Rollout, 'plan' | 'stepsFrom' | 'frozenAt'>,
  now: number,
): number {
  if (plan.kind === 'shadow') return 0
  return plan.steps[stepAt(plan.steps, Math.min(now, frozenAt ?? now) - stepsFrom)]?.percent ?? 0
}

/** When the next step comes, in milliseconds since the epoch; `undefined` where none does by itself. */
export function nextStepAt(
  { plan, stepsFrom, frozenAt }: Pick<Rollout, 'plan' | 'stepsFrom' | 'frozenAt'>,
  now: number,
): number | undefined {
  if (plan.kind === 'shadow' || frozenAt !== undefined) return undefined
  const step = stepAt(plan.steps, now - stepsFrom)
  if (plan.steps[step]?.forMs === undefined) return undefined
  return plan.steps.slice(0, step + 1).reduce((at, { forMs = 0 }) => at + forMs, stepsFrom)
}

function stepAt(steps: readonly RolloutStep[], passedMs: number): number {
  let left = passedMs
  for (const [index, { forMs }] of steps.entries()) {
    if (forMs === undefined || !(left >= forMs)) return index
    left -= forMs
  }
  return steps.length - 1
}
