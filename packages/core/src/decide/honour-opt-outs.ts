// From answers to an honoured opt-out: spend, then record, and ask after each wait whether this instance is still
// fresh. Whatever fails on the way is a challenge; what was spent stays spent (laws 5, 6, 13).

import { whyTakenBack } from '../device/read-device.ts'
import { isStillChosen } from '../engine/choose-policy.ts'
import type { Engine } from '../engine/engine.ts'
import type { PreparedActivation } from '../engine/prepare-activation.ts'
import { withinDeadline } from '../engine/within-deadline.ts'
import type { Answers } from '../opt-outs/answer-unmet-rules.ts'
import { readAmount } from '../opt-outs/check-allowance.ts'
import type { OptOutCheck } from '../opt-outs/opt-out-check.ts'
import { spendAllowance } from '../opt-outs/spend-allowance.ts'
import { lastMetAt } from '../policy/check-requirement.ts'
import type { ReasonCode } from '../policy/reason-code.ts'
import type { UnmetRule, Verdict } from '../policy/verdict.ts'
import { whyTargetEnded } from '../target/read-targets.ts'
import type { Basis } from './basis.ts'
import { type DecisionBase, proceedOptOut } from './compose-decision.ts'
import type { Decision } from './decision.ts'
import type { RequestSpending } from './guarded-request.ts'
import { spendPermits } from './spend-permits.ts'
import { toDecisionEntry } from './to-decision-entry.ts'

export type Honoured =
  | { readonly ok: true; readonly decision: Decision }
  | {
      readonly ok: false
      readonly unanswered: readonly UnmetRule[]
      readonly checks: readonly OptOutCheck[]
      readonly because?: ReasonCode
    }

export async function honourOptOuts(
  engine: Engine,
  base: DecisionBase,
  basis: Basis,
  answers: Answers,
  spending?: RequestSpending,
): Promise<Honoured> {
  const all = basis.verdict.unmet
  const { checks } = answers
  if (answers.unanswered.length > 0) {
    const twoNeeded = answers.unanswered.some(({ rule }) =>
      checks.some((check) => check.rule === rule && check.holds === 'true'),
    )
    return {
      ok: false,
      unanswered: answers.unanswered,
      checks,
      ...(twoNeeded ? { because: 'one_allowance_only' } : {}),
    }
  }
  // only here, so that what is told about the opt-outs is told all the same
  if (!basis.scene.mayOptOut)
    return { ok: false, unanswered: all, checks, because: 'not_same_origin' }
  if (engine.freshness.isStale())
    return { ok: false, unanswered: all, checks, because: 'feed_stale' }

  const permits =
    basis.verdict.spends === undefined ? undefined : await spendPermits(engine, basis, spending)
  if (permits?.is === 'refused')
    return {
      ok: false,
      unanswered: permits.rules,
      checks,
      ...(permits.because === undefined ? {} : { because: permits.because }),
    }
  const spent = await spend(engine, basis, answers)
  if (spent.is !== 'none' && spent.is !== 'spent')
    return { ok: false, unanswered: spent.unanswered, checks: spent.checks, because: spent.is }
  const optOuts = spent.is === 'spent' ? [...answers.optOuts, spent.optOut].sort() : answers.optOuts
  if (changedMeanwhile(engine, basis, optOuts))
    return { ok: false, unanswered: all, checks, because: 'feed_stale' }

  const decision = proceedOptOut(base, basis.scene.identity.subject, basis.verdict, {
    optOuts,
    checks,
  })
  try {
    await withinDeadline(engine.recorder.record(toDecisionEntry(decision, basis)), 'the record')
  } catch {
    return { ok: false, unanswered: all, checks, because: 'audit_unavailable' }
  }
  if (changedMeanwhile(engine, basis, optOuts))
    return { ok: false, unanswered: all, checks, because: 'feed_stale' }
  return { ok: true, decision }
}

type Spent =
  | { readonly is: 'none' }
  | { readonly is: 'spent'; readonly optOut: string }
  | {
      readonly is: 'allowance_spent' | 'store_unavailable'
      readonly unanswered: readonly UnmetRule[]
      readonly checks: readonly OptOutCheck[]
    }

async function spend(
  engine: Engine,
  { activation, scene, facts, verdict }: Basis,
  answers: Answers,
): Promise<Spent> {
  const { toSpend } = answers
  if (toSpend === undefined) return { is: 'none' }
  const rule = verdict.unmet.find((unmet) => unmet.rule === toSpend.rule)
  const refuse = (is: 'allowance_spent' | 'store_unavailable'): Spent => ({
    is,
    unanswered: rule === undefined ? verdict.unmet : [rule],
    checks: answers.checks.map((check) =>
      check.rule === toSpend.rule && toSpend.allowances.includes(check.optOut)
        ? { ...check, holds: is === 'allowance_spent' ? 'false' : 'unknown', why: is }
        : check,
    ),
  })
  if (rule === undefined) return refuse('allowance_spent')
  const metAt = lastMetAt(
    activation.policy.levels,
    rule.requirement,
    facts.session.factors,
    facts.at,
  )
  try {
    for (const name of toSpend.allowances) {
      const allowance = activation.optOuts.get(name)?.optOut
      if (allowance?.kind !== 'allowance') continue
      const amount = readAmount(facts, allowance.of)
      if (amount === undefined) continue
      const spending = {
        subject: scene.identity.subject,
        rule: rule.rule,
        optOut: name,
        amount,
        metAt,
      }
      if (await withinDeadline(spendAllowance(engine.store, allowance, spending), 'spending'))
        return { is: 'spent', optOut: name }
    }
    return refuse('allowance_spent')
  } catch (error) {
    engine.logger.error({ err: error }, 'an allowance could not be spent: it does not hold')
    return refuse('store_unavailable')
  }
}

/** After a wait: no longer fresh, another policy in force, or what the opt-out stands on was taken back meanwhile. */
function changedMeanwhile(
  engine: Engine,
  { activation, scene, facts, verdict }: Basis,
  optOuts: readonly string[],
): boolean {
  if (engine.freshness.isStale() || !isStillChosen(engine, activation)) return true
  const { subject, session } = scene.identity
  if (session !== undefined && engine.state.isSessionRevoked(subject, session)) return true
  if (isSwitchedOff(engine, activation, verdict, optOuts)) return true
  for (const target of Object.values(facts.targets ?? {}))
    if (target.is === 'known' && whyTargetEnded(engine.state, subject, target.value) !== undefined)
      return true
  if (scene.device.is !== 'bound') return false
  return whyTakenBack(scene.device.cookie, engine.state) !== undefined
}

/** Any switch that reaches one of these opt-outs: asked again, for it may have been thrown during the wait (law 11). */
function isSwitchedOff(
  engine: Engine,
  { policy, optOuts: prepared }: PreparedActivation,
  { unmet, conditions }: Verdict,
  optOuts: readonly string[],
): boolean {
  const now = engine.clock.now()
  const { state } = engine
  if (state.suspensions(now).length === 0) return false
  return (
    optOuts.some(
      (name) =>
        state.isSuspended(`opt-out:${name}`, now) ||
        prepared.get(name)?.threats.some((threat) => state.isSuspended(`threat:${threat}`, now)),
    ) ||
    unmet.some(({ rule }) => state.isSuspended(`rule:${rule}`, now)) ||
    policy.segments.some(
      ({ name, key, model }) =>
        conditions[key] !== 'false' &&
        (state.isSuspended(`segment:${name}`, now) ||
          state.isSuspended(`threat-model:${model.name}`, now)),
    )
  )
}
