// Rollouts as an operator makes them: a candidate that is only watched, or that decides for a growing share of the subjects.
import { percentNow } from '../engine/choose-policy.ts'
import type { Engine } from '../engine/engine.ts'
import type { CompiledPolicy } from '../policy/compiled-policy.ts'
import { randomId } from '../seal/random-id.ts'
import type { RolloutPlan, RolloutStep } from '../state/feed-event.ts'
import { areSteps, nextStepAt, type PastRollout, type Rollout } from '../state/rollouts.ts'
import { ActivationRefused, checkActivation } from './check-activation.ts'
import { assertAloneTightens, type MayLoosen } from './check-approval.ts'
import { checkGrace } from './check-grace.ts'
import type { MakeChange } from './make-change.ts'
import type { Operator, RolloutSummary } from './operator.ts'
import { summarizeActivation } from './summarize-activation.ts'

type RolloutOperator = Pick<Operator, 'rollout' | 'widen' | 'freeze' | 'promote' | 'abort'>

export function createRolloutOperator(
  engine: Engine,
  compile: (policy: string | object) => CompiledPolicy,
  change: MakeChange,
  mayLoosen: MayLoosen,
): RolloutOperator {
  return {
    async rollout(policy, { plan, ...signed }) {
      const compiled = compile(policy)
      const kept = toPlan(plan)
      assertNoRollout(engine)
      if (engine.state.active() === undefined)
        throw new ActivationRefused(
          'nothing_in_force',
          'No policy is in force that could decide for the others. Activate one first.',
        )
      checkRollout(engine, compiled)
      checkGrace(everHeld(engine), compiled)
      // one that is only watched lets nobody go on
      if (kept.kind !== 'shadow') assertAloneTightens(engine, compiled, mayLoosen)
      await change(
        { topic: 'policy', data: { kind: 'rollout', policy: compiled, plan: kept } },
        signed,
      )
      return summarizeRollout(engine, current(engine))
    },
    async widen({ steps, ...signed }) {
      const { position, plan } = current(engine)
      if (plan.kind === 'shadow')
        throw new ActivationRefused(
          'rollout_shadowed',
          `${position}: it is only watched. Abort it, and roll it out anew with a share.`,
        )
      const data = { kind: 'widen', rollout: position, steps: toSteps(steps) } as const
      await change({ topic: 'policy', data }, signed)
      return summarizeRollout(engine, current(engine))
    },
    async freeze(signed) {
      const { position } = current(engine)
      await change({ topic: 'policy', data: { kind: 'freeze', rollout: position } }, signed)
      return summarizeRollout(engine, current(engine))
    },
    async promote(signed) {
      const { position, policy, approvedBy } = current(engine)
      checkActivation(engine, policy)
      if (approvedBy === undefined) assertAloneTightens(engine, policy, mayLoosen)
      await change({ topic: 'policy', data: { kind: 'promote', rollout: position } }, signed)
      const active = engine.state.active()
      if (active === undefined) throw new Error('a promotion that was folded put nothing in force')
      return summarizeActivation(engine, active)
    },
    async abort({ recall = false, ...signed }) {
      const { position } = current(engine)
      await change({ topic: 'policy', data: { kind: 'abort', rollout: position, recall } }, signed)
      const ended = engine.state.rollouts.past().findLast((one) => one.position === position)
      if (ended === undefined) throw new Error('an abort that was folded ended nothing')
      return summarizeRollout(engine, ended)
    },
  }
}

/** Routes are those of the policy in force until it is promoted: a candidate that lacks one of their actions could only refuse. */
export function checkRollout(
  { guardedActions, detectors, state }: Pick<Engine, 'guardedActions' | 'detectors' | 'state'>,
  candidate: CompiledPolicy,
): void {
  const routed = (state.active()?.policy.routes ?? []).map(({ action }) => action)
  checkActivation({ detectors, guardedActions: new Set([...guardedActions, ...routed]) }, candidate)
}

/** @throws ActivationRefused `rollout_running` */
export function assertNoRollout({ state }: Pick<Engine, 'state'>): void {
  const running = state.rollouts.current()
  if (running === undefined) return
  throw new ActivationRefused(
    'rollout_running',
    `${running.position}: ${running.policy.name} is tried already, and only one is at a time. Promote it or abort it first.`,
  )
}

/** The newest first; the present one among them. */
export function listRollouts(engine: Engine): readonly RolloutSummary[] {
  const { rollouts } = engine.state
  const running = rollouts.current()
  const all = running === undefined ? rollouts.past() : [...rollouts.past(), running]
  return all.map((one) => summarizeRollout(engine, one)).reverse()
}

/** Every policy that decided for anybody, as far back as the history goes. */
export function everHeld({ state }: Pick<Engine, 'state'>): readonly { policy: CompiledPolicy }[] {
  const running = state.rollouts.current()
  return [
    ...state.activations(),
    ...state.rollouts.past(),
    ...(running === undefined ? [] : [running]),
  ]
}

function current({ state }: Engine): Rollout {
  const rollout = state.rollouts.current()
  if (rollout !== undefined) return rollout
  throw new ActivationRefused(
    'no_rollout',
    'No candidate is tried. Begin with: countersign activate <policy> --shadow, or --percent 10.',
  )
}

export function toPlan(plan: Parameters<RolloutOperator['rollout']>[1]['plan']): RolloutPlan {
  if (plan === 'shadow') return { kind: 'shadow' }
  return { kind: 'percent', salt: randomId(), steps: toSteps(plan) }
}

function toSteps(steps: readonly RolloutStep[]): readonly RolloutStep[] {
  const plain = Array.isArray(steps)
    ? steps.map(({ percent, forMs }) => ({ percent, ...(forMs === undefined ? {} : { forMs }) }))
    : []
  if (areSteps(plain)) return plain
  throw new ActivationRefused(
    'steps_malformed',
    'steps: each has a share over 0 and up to 100 percent, more than the one before, and each but the last a time to the next one; at most 20. Write 1:1h,10:1d,50.',
  )
}

export function summarizeRollout(engine: Engine, one: Rollout | PastRollout): RolloutSummary {
  const { plan } = one
  const over = 'ended' in one ? { ended: one.ended, endedAt: one.endedAt } : undefined
  const next = over === undefined ? nextStepAt(one, engine.clock.now()) : undefined
  const observed = engine.shadow.of(one.position)
  return {
    rollout: one.position,
    revision: one.policy.revision,
    name: one.policy.name,
    at: one.at,
    by: one.by,
    why: one.why,
    kind: plan.kind,
    ...(one.approvedBy === undefined ? {} : { approvedBy: one.approvedBy }),
    percent: over === undefined ? percentNow(engine, one) : 0,
    steps: plan.kind === 'shadow' ? [] : plan.steps,
    ...(next === undefined ? {} : { nextStepAt: next }),
    ...(one.frozenAt === undefined ? {} : { frozenAt: one.frozenAt }),
    ...over,
    recalled: engine.state.isRecalled(one.position),
    ...(observed === undefined ? {} : { observed }),
  }
}
