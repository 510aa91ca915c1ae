// Which policy is in force, which were, and which activations were taken back.
import type { CompiledPolicy } from '../policy/compiled-policy.ts'
import { comparePositions, type Position } from '../ports/position.ts'
import type { PolicyEvent } from './feed-event.ts'
import { ACTIVATIONS_KEPT, dropOver, keptUntil } from './retention.ts'

export interface Activation {
  readonly position: Position
  readonly policy: CompiledPolicy
  readonly kind: 'activate' | 'rollback'
  /** The activation whose policy a rollback put in force again. */
  readonly to?: Position
  readonly at: number
  readonly by: string
  readonly why: string
}

export interface ActivationsJson {
  readonly policies: Readonly<Record<string, CompiledPolicy>>
  readonly history: readonly (Omit<Activation, 'policy'> & { readonly revision: string })[]
  readonly recalled: readonly (readonly [Position, number])[]
}

export interface Activations {
  /** The one in force; the same object until another takes its place. */
  active(): Activation | undefined
  /** Oldest first, the last 200. */
  history(): readonly Activation[]
  find(position: Position): Activation | undefined
  /** What a rollback without a target goes back to; a second one goes further back. */
  before(): Activation | undefined
  isRecalled(position: Position): boolean
  /** False where a rollback names an activation that is not held: nothing changes then, on any instance. */
  fold(event: PolicyEvent, position: Position, now: number): boolean
  recall(position: Position, at: number, now: number): void
  drop(now: number): void
  toJson(): ActivationsJson
}

export function createActivations(json?: ActivationsJson): Activations {
  let history = json ? readHistory(json) : []
  const recalled = new Map<string, { readonly keptUntil: number }>()
  for (const [position, until] of json?.recalled ?? []) recalled.set(position, { keptUntil: until })

  const find = (position: Position) => history.findLast((one) => one.position === position)

  function put(activation: Activation): void {
    history = [...history.slice(1 - ACTIVATIONS_KEPT), Object.freeze(activation)]
  }

  function recall(position: Position, at: number, now: number): void {
    recalled.delete(position)
    recalled.set(position, { keptUntil: keptUntil(at, now) })
  }

  return {
    active: () => history[history.length - 1],
    history: () => history,
    find,
    before() {
      let source = history[history.length - 1]
      while (source?.to !== undefined) source = find(source.to)
      return source === undefined ? undefined : history[history.indexOf(source) - 1]
    },
    isRecalled: (position) => recalled.has(position),
    fold(event, position, now) {
      const { data, at, by, why } = event
      if (data.kind === 'activate') {
        put({ position, policy: data.policy, kind: 'activate', at, by, why })
        return true
      }
      const target = find(data.to)
      if (target === undefined) return false
      if (data.recall) {
        // all that was in force since is taken back, not only the last
        for (const one of history) {
          if (comparePositions(one.position, data.to) > 0) recall(one.position, at, now)
        }
      }
      put({ position, policy: target.policy, kind: 'rollback', to: data.to, at, by, why })
      return true
    },
    recall,
    drop: (now) => dropOver(recalled, now),
    toJson: () => ({
      policies: Object.fromEntries(history.map(({ policy }) => [policy.revision, policy])),
      history: history.map(({ policy, ...rest }) => ({ ...rest, revision: policy.revision })),
      recalled: [...recalled].map(([position, kept]) => [position as Position, kept.keptUntil]),
    }),
  }
}

function readHistory(json: ActivationsJson): readonly Activation[] {
  return json.history.map(({ revision, ...rest }) => {
    const policy = json.policies[revision]
    if (policy === undefined) throw new Error(`the snapshot lacks the policy ${revision}`)
    return Object.freeze({ ...rest, policy })
  })
}
