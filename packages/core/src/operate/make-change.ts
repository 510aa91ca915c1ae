// One change by an operator: signed, appended, folded, and recorded.
import type { OperatorPrivateKey } from '../authority/operator-key.ts'
import type { Engine } from '../engine/engine.ts'
import { withinDeadline } from '../engine/within-deadline.ts'
import type { Json } from '../ports/json.ts'
import type { Position } from '../ports/position.ts'
import { loosens } from '../state/check-authority.ts'
import type {
  FeedEvent,
  PolicyChange,
  Revocation,
  RolloutPlan,
  SwitchChange,
} from '../state/feed-event.ts'
import { appendPolicyChange } from './append-change.ts'
import { assertSigned } from './assert-signed.ts'
import { ActivationRefused } from './check-activation.ts'
import type { SignedByKey } from './operator.ts'
import { signChange } from './sign-change.ts'

export type Change =
  | { readonly topic: 'policy'; readonly data: PolicyChange }
  | { readonly topic: 'switch'; readonly data: SwitchChange }
  | { readonly topic: 'revocation'; readonly data: Revocation }

/** Resolves with its position, once it is folded here. `ownKey` signs where the caller brings no key. */
export type MakeChange = (change: Change, signed: SignedByKey) => Promise<Position>

export function createChanges(engine: Engine, ownKey: OperatorPrivateKey | undefined): MakeChange {
  return async function makeChange(change, { by, why, key = ownKey }) {
    assertSigned(by, why)
    if (loosens(change) && !engine.recorder.health().ok)
      throw new ActivationRefused(
        'audit_unavailable',
        'The audit log cannot be written, and what loosens has to be recorded. Mend the log first; suspend and recall work without.',
      )
    const { clock } = engine
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
}

/** A policy by its name and revision: the whole of it is in the feed. */
function summaryOf({ data }: Change): Json {
  const told =
    'policy' in data
      ? {
          kind: data.kind,
          ...{ revision: data.policy.revision, name: data.policy.name },
          ...('plan' in data ? planOf(data.plan) : {}),
        }
      : data
  return JSON.parse(JSON.stringify(told)) as Json
}

function planOf(plan: RolloutPlan) {
  return plan.kind === 'shadow' ? { shadow: true } : { steps: plan.steps }
}
