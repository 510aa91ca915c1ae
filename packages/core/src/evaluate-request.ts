// The picture as code: from a request to a decision. Each step is a call; what may wait says so.
import type { Basis } from './decide/basis.ts'
import {
  challengeStepUp,
  type DecisionBase,
  newDecision,
  proceedPass,
  refuseDenied,
  refuseFailure,
  refuseSignIn,
  refuseTooLittle,
} from './decide/compose-decision.ts'
import { decideEarly } from './decide/decide-early.ts'
import type { Decision } from './decide/decision.ts'
import { factsOfRequest } from './decide/facts-of-request.ts'
import type { GuardConfig } from './decide/guard-config.ts'
import type { GuardedRequest } from './decide/guarded-request.ts'
import { honourOptOuts } from './decide/honour-opt-outs.ts'
import { readScene, type Scene } from './decide/read-scene.ts'
import { settleDevice } from './decide/settle-device.ts'
import { spendPermits } from './decide/spend-permits.ts'
import { choosePolicy } from './engine/choose-policy.ts'
import type { Engine } from './engine/engine.ts'
import type { PreparedActivation } from './engine/prepare-activation.ts'
import { answerUnmetRules } from './opt-outs/answer-unmet-rules.ts'
import { isSpendingUncertain } from './opt-outs/is-spending-uncertain.ts'
import { evaluatePrepared } from './policy/evaluate-policy.ts'
import type { Verdict } from './policy/verdict.ts'
import { coerceResource, type Resource } from './request/coerce-resource.ts'
import type { Cookie } from './request/serialize-cookie.ts'
import { readTargets } from './target/read-targets.ts'

export interface Evaluated {
  readonly decision: Decision
  /** To be set whatever the outcome: a device that was bound to this session. */
  readonly cookies: readonly Cookie[]
  /** What it was decided on, for the record, the ticket and detectors; absent where it never came so far. */
  readonly basis?: Basis
  /** `page` and `proxy`: the outcome hangs on something that only a route handler can do. */
  readonly deferred?: 'device' | 'opt-out'
}

export async function evaluateRequest(
  engine: Engine,
  config: GuardConfig,
  request: GuardedRequest,
): Promise<Evaluated> {
  const inForce = engine.current()
  const begun = newDecision(engine, request.action, inForce)
  if (inForce === undefined) return without(refuseFailure(begun, 'no_policy'))
  if (inForce.policy.planFor(request.action) === undefined)
    return without(refuseFailure(begun, 'action_not_declared'))

  const asking = await request.identify()
  if (asking.is === 'nobody') return without(refuseSignIn(begun, 'no_identity'))
  if (asking.is === 'failed') {
    engine.logger.error({ err: asking.why, decision: begun.id }, 'the identity could not be read')
    return without(refuseFailure(begun, 'identity_failed'))
  }
  // the one in force, or a candidate that has come to this subject
  const chosen = choosePolicy(engine, asking.identity.subject)
  const activation = (chosen instanceof Promise ? await chosen : chosen) ?? inForce
  const base = { ...begun, revision: activation.activation.policy.revision }
  const plan = activation.policy.planFor(request.action)
  if (plan === undefined) return without(refuseFailure(base, 'action_not_declared'))
  const scene = await readScene(engine, config, request, asking.identity, asking.byHeader)
  // it may have to read the body first
  const resource = coerceResource(plan.declaration, await request.resource())
  const basis = await judge(engine, activation, scene, resource)
  if (engine.early) return decideEarly(engine, base, basis)
  if (isPass(basis.verdict) || scene.device.is !== 'unbound')
    return decide(engine, request, base, basis, [])
  if (request.mode !== 'full') return leaveDevice(engine, request, base, basis)
  if (engine.freshness.isStale()) return decide(engine, request, base, basis, [])

  // not passed, and a device may change that: its first use in this session is checked, and all is judged again
  const { device, cookies } = await settleDevice(engine, scene, activation.deviceLimits)
  return decide(
    engine,
    request,
    base,
    await judge(engine, activation, { ...scene, device }, resource),
    cookies,
  )
}

/**
 * A device that is still to be checked may change any of it but a denial that is certain. So a route handler decides, and
 * nothing is spent before it does (law 13).
 */
async function leaveDevice(
  engine: Engine,
  request: GuardedRequest,
  base: DecisionBase,
  basis: Basis,
): Promise<Evaluated> {
  const evaluated = await decide(engine, { ...request, mode: 'proxy' }, base, basis, [])
  if (basis.verdict.denied === 'true') return evaluated
  return { ...evaluated, deferred: request.mode === 'page' ? 'device' : 'opt-out' }
}

async function judge(
  engine: Engine,
  activation: PreparedActivation,
  scene: Scene,
  resource: Resource,
): Promise<Basis> {
  const reading = factsOfRequest(engine, activation, scene, resource, scene.device)
  const facts = reading instanceof Promise ? await reading : reading
  return { activation, scene, resource, facts, verdict: evaluatePrepared(activation.policy, facts) }
}

async function decide(
  engine: Engine,
  request: GuardedRequest,
  base: DecisionBase,
  basis: Basis,
  cookies: readonly Cookie[],
): Promise<Evaluated> {
  const { activation, scene, verdict } = basis
  const { policy } = activation
  const { subject } = scene.identity
  if (verdict.denied !== 'false')
    return { decision: refuseDenied(base, verdict, policy), cookies, basis }
  const spends = verdict.spends ?? []
  if (verdict.unmet.length === 0 && spends.length === 0)
    return { decision: proceedPass(base, subject, verdict, policy), cookies, basis }
  if (verdict.unmet.length === 0 && request.mode !== 'proxy') {
    const spent = await spendPermits(engine, basis, request.spending)
    return spent.is === 'spent'
      ? { decision: proceedPass(base, subject, verdict, policy), cookies, basis }
      : {
          decision: challengeStepUp(base, verdict, basis.facts, policy, { ...spent, checks: [] }),
          cookies,
          basis,
        }
  }

  // a person's own list may have to be looked at; a proxy leaves that to the handler
  const reading = request.mode === 'proxy' ? basis.facts : readTargets(engine, basis)
  const facts = reading instanceof Promise ? await reading : reading
  const asked = facts === basis.facts ? basis : { ...basis, facts }
  const answers = answerUnmetRules(
    {
      facts,
      verdict,
      segments: policy.segments,
      isSuspended: (target) => engine.state.isSuspended(target, scene.at),
      isSpendingUncertain: ({ requirement }) =>
        isSpendingUncertain(engine.state.begunAt, policy.levels, requirement, facts),
    },
    activation.optOuts,
  )
  if (request.mode === 'proxy') {
    const rescuable = verdict.unmet.every((rule) => rule.optOuts.length > 0)
    const decision = challengeStepUp(base, verdict, facts, policy, {
      rules: verdict.unmet.length > 0 ? verdict.unmet : spends,
      checks: answers.checks,
    })
    return rescuable
      ? { decision, cookies, basis, deferred: 'opt-out' }
      : { decision, cookies, basis }
  }
  const honoured = await honourOptOuts(engine, base, asked, answers, request.spending)
  if (honoured.ok) return { decision: honoured.decision, cookies, basis: asked }

  const unanswered = {
    rules: honoured.unanswered,
    checks: honoured.checks,
    because: honoured.because,
  }
  const decision = challengeStepUp(base, verdict, facts, policy, unanswered)
  const tooLittle =
    decision.outcome === 'challenge' &&
    decision.need === 'step-up' &&
    engine.tooLittle.has(subject, scene.binding, decision.requirement, scene.at)
  return {
    decision: tooLittle ? refuseTooLittle(base, verdict, honoured.checks) : decision,
    cookies,
    basis: asked,
  }
}

function isPass({ denied, unmet }: Verdict): boolean {
  return denied === 'false' && unmet.length === 0
}

function without(decision: Decision): Evaluated {
  return { decision, cookies: [] }
}
