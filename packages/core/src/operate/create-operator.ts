// The operator: every change of the policy and the switches, with who and why, appended to the feed and recorded.

import type { OperatorPrivateKey } from '../authority/operator-key.ts'
import type { Engine } from '../engine/engine.ts'
import type { CompiledPolicy } from '../policy/compiled-policy.ts'
import type { Position } from '../ports/position.ts'
import type { Activation } from '../state/activations.ts'
import type { SwitchTarget } from '../state/feed-event.ts'
import { ActivationRefused, checkActivation } from './check-activation.ts'
import { assertAloneTightens, type MayLoosen } from './check-approval.ts'
import { checkGrace } from './check-grace.ts'
import { listOperatorKeys } from './list-operator-keys.ts'
import { createChanges } from './make-change.ts'
import { nothingBefore } from './nothing-before.ts'
import type { Operator } from './operator.ts'
import { createProposalOperator, summarizeProposal } from './proposal-operator.ts'
import { createRolloutOperator, everHeld, listRollouts } from './rollout-operator.ts'
import { summarizeActivation } from './summarize-activation.ts'

/**
 * `compile`: what turns a path's text or a document into a compiled policy, or throws what is wrong with it. `ownKey`: signs
 * what loosens where the caller brings no key.
 */
export function createOperator(
  engine: Engine,
  compile: (policy: string | object) => CompiledPolicy,
  mayLoosen: MayLoosen,
  ownKey?: OperatorPrivateKey,
): Operator {
  const { state, clock } = engine
  const change = createChanges(engine, ownKey)

  return {
    async activate(policy, signed) {
      const compiled = compile(policy)
      checkActivation(engine, compiled)
      checkGrace(everHeld(engine), compiled)
      assertAloneTightens(engine, compiled, mayLoosen)
      const position = await change(
        { topic: 'policy', data: { kind: 'activate', policy: compiled } },
        signed,
      )
      return summarizeActivation(engine, find(engine, position))
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
      assertAloneTightens(engine, target.policy, mayLoosen)
      const position = await change(
        { topic: 'policy', data: { kind: 'rollback', to: target.position, recall } },
        signed,
      )
      return summarizeActivation(engine, find(engine, position))
    },
    async recall(activation, signed) {
      if (!state.rollouts.has(activation)) find(engine, activation)
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
        activations: [...state.activations()]
          .reverse()
          .map((one) => summarizeActivation(engine, one)),
        suspensions: state.suspensions(clock.now()),
        rollouts: listRollouts(engine),
        proposals: [...state.proposals.list()].reverse().map(summarizeProposal),
      }
    },
    async policy(revision) {
      return everHeld(engine).findLast(({ policy }) => policy.revision === revision)?.policy
    },
    ...createRolloutOperator(engine, compile, change, mayLoosen),
    ...createProposalOperator(engine, compile, change),
    keys: () => listOperatorKeys(engine),
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

function assertTarget(engine: Engine, target: SwitchTarget): void {
  if (target === 'opt-outs') return
  const [kind, ...rest] = target.split(':')
  const name = rest.join(':')
  const running = engine.state.rollouts.current()?.policy
  for (const policy of [engine.state.active()?.policy, running])
    if (policy !== undefined && names(policy, kind, name)) return
  throw new ActivationRefused(
    'no_such_target',
    `${target}: nothing of that name is in the policy in force${running === undefined ? '' : ', nor in the one that is tried'}. Write opt-outs, opt-out:<name>, rule:<id>, segment:<name>, threat-model:<name> or threat:<name>.`,
  )
}

function names(policy: CompiledPolicy, kind: string | undefined, name: string): boolean {
  const { optOuts, rules, segments, threatModels, threats = {} } = policy
  return (
    (kind === 'opt-out' && Object.hasOwn(optOuts, name)) ||
    (kind === 'rule' && rules.some(({ id }) => id === name)) ||
    (kind === 'segment' && Object.hasOwn(segments, name)) ||
    (kind === 'threat-model' && Object.hasOwn(threatModels, name)) ||
    (kind === 'threat' && Object.hasOwn(threats, name))
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
