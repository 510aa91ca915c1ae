// Which policy is in force, which were, and which activations were taken back.
import type { CompiledPolicy } from '../policy/compiled-policy.ts'
import { comparePositions, type Position } from '../ports/position.ts'
import type { PolicyEvent } from './feed-event.ts'
import { createProposals, isSamePerson, type Proposals, type ProposalsJson } from './proposals.ts'
import { ACTIVATIONS_KEPT, dropOver, keptUntil } from './retention.ts'
import {
  areSteps,
  createRollouts,
  type Rollouts,
  type RolloutsJson,
  toRollout,
} from './rollouts.ts'

export interface Activation {
  readonly position: Position
  readonly policy: CompiledPolicy
  /** `rollout`: a candidate that decides for some, and is not in force. */
  readonly kind: 'activate' | 'rollback' | 'promote' | 'rollout'
  /** The activation whose policy a rollback put in force again. */
  readonly to?: Position
  /** The rollout in which what was promoted had been tried. */
  readonly rollout?: Position
  readonly at: number
  readonly by: string
  readonly why: string
  /** Who agreed, where it was proposed. */
  readonly approvedBy?: string
}

export interface ActivationsJson {
  readonly policies: Readonly<Record<string, CompiledPolicy>>
  readonly history: readonly (Omit<Activation, 'policy'> & { readonly revision: string })[]
  readonly recalled: readonly (readonly [Position, number])[]
  /** These are absent in snapshots of releases that knew of no rollout. */
  readonly rollouts?: RolloutsJson
  readonly proposals?: ProposalsJson
  readonly last?: Position
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
  readonly rollouts: Pick<Rollouts, 'current' | 'past' | 'findPolicy' | 'has'>
  readonly proposals: Pick<Proposals, 'list' | 'find'>
  /** Position of the last change of the policy or of a rollout that had an effect. */
  last(): Position | undefined
  /** `key`: the thumbprint of who signed it. False where it names what is not held, or is over: nothing changes then, on any instance. */
  fold(event: PolicyEvent, position: Position, now: number, key?: string): boolean
  recall(position: Position, at: number, now: number): void
  drop(now: number): void
  toJson(): ActivationsJson
}

export function createActivations(json?: ActivationsJson): Activations {
  let history = json ? readHistory(json) : []
  const recalled = new Map<string, { readonly keptUntil: number }>()
  for (const [position, until] of json?.recalled ?? []) recalled.set(position, { keptUntil: until })
  const rollouts = createRollouts(json?.rollouts)
  const proposals = createProposals(json?.proposals)
  let last = json?.last ?? history[history.length - 1]?.position

  const find = (position: Position) => history.findLast((one) => one.position === position)

  function put(activation: Activation): void {
    history = [...history.slice(1 - ACTIVATIONS_KEPT), Object.freeze(activation)]
  }

  /** With what was promoted goes what was given while it was tried: it is the same policy. */
  function recall(position: Position, at: number, now: number): void {
    const tried = find(position)?.rollout
    for (const one of tried === undefined ? [position] : [tried, position]) {
      recalled.delete(one)
      recalled.set(one, { keptUntil: keptUntil(at, now) })
    }
  }

  function foldChange(
    event: PolicyEvent,
    position: Position,
    now: number,
    signer: { readonly key?: string },
  ): boolean {
    const { data, at, by, why } = event
    switch (data.kind) {
      case 'activate':
        rollouts.end('superseded', at)
        put({ position, policy: data.policy, kind: 'activate', at, by, why })
        return true
      case 'rollback':
        return rollBack(event, position, now)
      case 'rollout':
        if (data.plan.kind !== 'shadow' && !areSteps(data.plan.steps)) return false
        rollouts.begin(toRollout(event, position, data.policy, data.plan))
        return true
      case 'propose': {
        const { policy, plan } = data
        proposals.add({ position, policy, ...(plan && { plan }), at, by, why, ...signer })
        return true
      }
      case 'approve':
        return approve(data.proposal, event, position, signer.key)
      case 'decline':
        if (proposals.find(data.proposal) === undefined) return false
        proposals.take(data.proposal)
        return true
      default:
        return moveRollout(event, position, now)
    }
  }

  /** What was proposed begins here: by who proposed it, with who approved it. */
  function approve(
    proposal: Position,
    { at, by: approvedBy }: PolicyEvent,
    position: Position,
    key: string | undefined,
  ): boolean {
    const found = proposals.find(proposal)
    if (found === undefined || isSamePerson(found, approvedBy, key)) return false
    const { policy, plan, by, why } = found
    if (plan?.kind === 'percent' && !areSteps(plan.steps)) return false
    proposals.take(proposal)
    if (plan !== undefined) {
      rollouts.begin({ ...toRollout({ at, by, why }, position, policy, plan), approvedBy })
      return true
    }
    rollouts.end('superseded', at)
    put({ position, policy, kind: 'activate', at, by, why, approvedBy })
    return true
  }

  function rollBack({ data, at, by, why }: PolicyEvent, position: Position, now: number): boolean {
    const target = data.kind === 'rollback' ? find(data.to) : undefined
    if (data.kind !== 'rollback' || target === undefined) return false
    if (data.recall) {
      // all that was in force since, or was tried, is taken back, not only the last
      for (const one of history)
        if (comparePositions(one.position, data.to) > 0) recall(one.position, at, now)
      for (const one of rollouts.since(data.to)) recall(one, at, now)
    }
    rollouts.end('aborted', at)
    put({ position, policy: target.policy, kind: 'rollback', to: data.to, at, by, why })
    return true
  }

  function moveRollout({ data, at, by, why }: PolicyEvent, position: Position, now: number) {
    const rollout = rollouts.current()
    if (!('rollout' in data) || rollout?.position !== data.rollout) return false
    switch (data.kind) {
      case 'widen':
        if (rollout.plan.kind !== 'percent' || !areSteps(data.steps)) return false
        rollouts.widen(data.steps, at)
        return true
      case 'freeze':
        rollouts.freeze(at)
        return true
      case 'abort':
        if (data.recall) recall(rollout.position, at, now)
        rollouts.end('aborted', at)
        return true
      case 'promote':
        rollouts.end('promoted', at)
        put({
          ...{ position, policy: rollout.policy, kind: 'promote', rollout: data.rollout },
          ...{ at, by, why },
          ...(rollout.approvedBy === undefined ? {} : { approvedBy: rollout.approvedBy }),
        })
        return true
    }
  }

  return {
    active: () => history[history.length - 1],
    history: () => history,
    find,
    before() {
      // while a candidate is tried, what was before is the policy that is in force
      if (rollouts.current() !== undefined) return history[history.length - 1]
      let source = history[history.length - 1]
      while (source?.to !== undefined) source = find(source.to)
      return source === undefined ? undefined : history[history.indexOf(source) - 1]
    },
    isRecalled: (position) => recalled.has(position),
    rollouts,
    proposals,
    last: () => last,
    fold(event, position, now, key) {
      const signer = key === undefined ? {} : { key }
      const changed = foldChange(event, position, now, signer)
      if (changed) last = position
      return changed
    },
    recall,
    drop: (now) => dropOver(recalled, now),
    toJson: () => ({
      policies: Object.fromEntries(history.map(({ policy }) => [policy.revision, policy])),
      history: history.map(({ policy, ...rest }) => ({ ...rest, revision: policy.revision })),
      recalled: [...recalled].map(([position, kept]) => [position as Position, kept.keptUntil]),
      rollouts: rollouts.toJson(),
      proposals: proposals.list(),
      ...(last === undefined ? {} : { last }),
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
