// The operator: every change of the policy and the switches, with who and why, appended to the feed and recorded.

import type { OperatorPrivateKey } from '../authority/operator-key.ts'
import type { Engine } from '../engine/engine.ts'
import { withinDeadline } from '../engine/within-deadline.ts'
import type { CompiledPolicy } from '../policy/compiled-policy.ts'
import type { Json } from '../ports/json.ts'
import type { Position } from '../ports/position.ts'
import type { Activation } from '../state/activations.ts'
import { loosens } from '../state/check-authority.ts'
import type {
  FeedEvent,
  PolicyChange,
  Revocation,
  SwitchChange,
  SwitchTarget,
} from '../state/feed-event.ts'
import { appendPolicyChange } from './append-change.ts'
import { assertSigned } from './assert-signed.ts'
import { ActivationRefused, checkActivation } from './check-activation.ts'
import { checkGrace } from './check-grace.ts'
import { nothingBefore } from './nothing-before.ts'
import type { ActivationSummary, Operator, SignedByKey } from './operator.ts'
import { signChange } from './sign-change.ts'

type Change =
  | { readonly topic: 'policy'; readonly data: PolicyChange }
  | { readonly topic: 'switch'; readonly data: SwitchChange }
  | { readonly topic: 'revocation'; readonly data: Revocation }

/**
 * `compile`: what turns a path's text or a document into a compiled policy, or throws what is wrong with it. `ownKey`: signs
 * what loosens where the caller brings no key.
 */
export function createOperator(
  engine: Engine,
  compile: (policy: string | object) => CompiledPolicy,
  ownKey?: OperatorPrivateKey,
): Operator {
  const { state, clock } = engine

  async function change(change: Change, { by, why, key = ownKey }: SignedByKey): Promise<Position> {
    assertSigned(by, why)
    if (loosens(change) && !engine.recorder.health().ok)
      throw new ActivationRefused(
        'audit_unavailable',
        'The audit log cannot be written, and what loosens has to be recorded. Mend the log first; suspend and recall work without.',
      )
    const unsigned = { ...change, id: crypto.randomUUID(), at: clock.now(), by, why } as FeedEvent
    const event = await signChange(engine, unsigned, key)
    const position = await (event.topic === 'policy'
      ? appendPolicyChange(engine, event)
      : engine.append(event))
    const recorded = engine.recorder.record({
      type: 'change',
      at: event.at,
      by,
      why,
      position,
      topic: event.topic,
      change: summaryOf(change),
    })
    // the event itself is durable and holds: what takes back must not look as if it had failed
    await withinDeadline(recorded, 'the record of a change').catch((error: unknown) =>
      engine.logger.error({ err: error, position }, 'a change holds, and its record is not kept'),
    )
    return position
  }

  return {
    async activate(policy, signed) {
      const compiled = compile(policy)
      checkActivation(engine, compiled)
      checkGrace(state.activations(), compiled)
      const position = await change(
        { topic: 'policy', data: { kind: 'activate', policy: compiled } },
        signed,
      )
      return summarize(engine, find(engine, position))
    },
    async rollback({ to, recall = false, ...signed }) {
      const target = to === undefined ? state.activationBefore() : state.findActivation(to)
      if (target === undefined)
        throw new ActivationRefused(
          'nothing_to_roll_back_to',
          to === undefined
            ? nothingBefore(state)
            : `${to}: there is no such activation. See history.`,
        )
      checkActivation(engine, target.policy)
      const position = await change(
        { topic: 'policy', data: { kind: 'rollback', to: target.position, recall } },
        signed,
      )
      return summarize(engine, find(engine, position))
    },
    async recall(activation, signed) {
      find(engine, activation)
      await change({ topic: 'revocation', data: { kind: 'activation', activation } }, signed)
    },
    async suspend(target, { until, ...signed }) {
      assertTarget(engine, target)
      const end = until === undefined ? {} : { until: endOf(until, clock.now()) }
      await change({ topic: 'switch', data: { kind: 'suspend', target, ...end } }, signed)
    },
    async resume(target, signed) {
      if (!state.suspensions(clock.now()).some((one) => one.target === target))
        throw new ActivationRefused(
          'not_suspended',
          `${target}: it is not suspended. See history for what is.`,
        )
      await change({ topic: 'switch', data: { kind: 'resume', target } }, signed)
    },
    async history() {
      return {
        activations: [...state.activations()].reverse().map((one) => summarize(engine, one)),
        suspensions: state.suspensions(clock.now()),
      }
    },
    async policy(revision) {
      return state.activations().findLast((one) => one.policy.revision === revision)?.policy
    },
  }
}

function find(engine: Engine, position: Position): Activation {
  const found = engine.state.findActivation(position)
  if (found !== undefined) return found
  throw new ActivationRefused(
    'no_such_activation',
    `${position}: there is no such activation. See history.`,
  )
}

function summarize(engine: Engine, one: Activation): ActivationSummary {
  return {
    activation: one.position,
    revision: one.policy.revision,
    name: one.policy.name,
    at: one.at,
    by: one.by,
    why: one.why,
    kind: one.kind,
    inForce: engine.state.active()?.position === one.position,
    recalled: engine.state.isRecalled(one.position),
  }
}

function assertTarget(engine: Engine, target: SwitchTarget): void {
  if (target === 'opt-outs') return
  const [kind, ...rest] = target.split(':')
  const name = rest.join(':')
  const policy = engine.current()?.policy.compiled
  const known =
    (kind === 'opt-out' && Object.hasOwn(policy?.optOuts ?? {}, name)) ||
    (kind === 'rule' && policy?.rules.some(({ id }) => id === name)) ||
    (kind === 'segment' && Object.hasOwn(policy?.segments ?? {}, name)) ||
    (kind === 'threat-model' && Object.hasOwn(policy?.threatModels ?? {}, name))
  if (known) return
  throw new ActivationRefused(
    'no_such_target',
    `${target}: nothing of that name is in the policy in force. Write opt-outs, opt-out:<name>, rule:<id>, segment:<name> or threat-model:<name>.`,
  )
}

function endOf(until: Date, now: number): number {
  const end = until.getTime()
  if (end > now) return end
  throw new ActivationRefused(
    'end_in_past',
    'until: the end of a suspension has to be in the future.',
  )
}

function summaryOf(change: Change): Json {
  const { data } = change
  return data.kind === 'activate'
    ? { kind: data.kind, revision: data.policy.revision, name: data.policy.name }
    : { ...data }
}
