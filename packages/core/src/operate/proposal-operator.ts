// A change of the policy by two people: one proposes it, another approves it, and only then does it begin.
import type { Engine } from '../engine/engine.ts'
import type { CompiledPolicy } from '../policy/compiled-policy.ts'
import type { Position } from '../ports/position.ts'
import type { Proposal } from '../state/proposals.ts'
import { ActivationRefused, checkActivation } from './check-activation.ts'
import { assertSecondPerson } from './check-approval.ts'
import { checkGrace } from './check-grace.ts'
import type { MakeChange } from './make-change.ts'
import type { Operator, ProposalSummary } from './operator.ts'
import {
  assertNoRollout,
  checkRollout,
  everHeld,
  summarizeRollout,
  toPlan,
} from './rollout-operator.ts'
import { summarizeActivation } from './summarize-activation.ts'

type ProposalOperator = Pick<Operator, 'propose' | 'approve' | 'decline'>

export function createProposalOperator(
  engine: Engine,
  compile: (policy: string | object) => CompiledPolicy,
  change: MakeChange,
): ProposalOperator {
  function find(position: Position): Proposal {
    const found = engine.state.proposals.find(position)
    if (found !== undefined) return found
    throw new ActivationRefused(
      'no_such_proposal',
      `${position}: no such proposal waits. See history for those that do.`,
    )
  }

  return {
    async propose(policy, { plan, ...signed }) {
      const compiled = compile(policy)
      checkActivation(engine, compiled)
      checkGrace(everHeld(engine), compiled)
      const kept = plan === undefined ? {} : { plan: toPlan(plan) }
      const data = { kind: 'propose', policy: compiled, ...kept } as const
      return summarizeProposal(find(await change({ topic: 'policy', data }, signed)))
    },
    async approve(position, signed) {
      const proposal = find(position)
      if (proposal.plan === undefined) checkActivation(engine, proposal.policy)
      else checkRollout(engine, proposal.policy)
      assertSecondPerson(engine, proposal, signed.by)
      if (proposal.plan !== undefined) assertNoRollout(engine)
      const data = { kind: 'approve', proposal: position } as const
      const approved = await change({ topic: 'policy', data }, signed)
      const { state } = engine
      const activation = state.findActivation(approved)
      if (activation !== undefined) return summarizeActivation(engine, activation)
      const rollout = state.rollouts.current()
      if (rollout?.position === approved) return summarizeRollout(engine, rollout)
      throw new ActivationRefused(
        'same_person',
        `${position}: it was signed with the key of who proposed it. Somebody else has to approve it, with a key of their own.`,
      )
    },
    async decline(position, signed) {
      find(position)
      await change({ topic: 'policy', data: { kind: 'decline', proposal: position } }, signed)
    },
  }
}

export function summarizeProposal({
  position,
  policy,
  plan,
  at,
  by,
  why,
}: Proposal): ProposalSummary {
  return {
    proposal: position,
    revision: policy.revision,
    name: policy.name,
    ...{ at, by, why },
    kind: plan?.kind ?? 'activate',
    steps: plan?.kind === 'percent' ? plan.steps : [],
  }
}
