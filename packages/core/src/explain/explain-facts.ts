// What a policy decides on given facts, away from any running guard: nothing is spent, recorded or rotated, and no
// switch is thrown. Explanations, policy tests and comparisons all ask here.
import {
  challengeStepUp,
  proceedOptOut,
  proceedPass,
  refuseDenied,
} from '../decide/compose-decision.ts'
import type { Outcome, Reason } from '../decide/decision.ts'
import { type Answers, answerUnmetRules } from '../opt-outs/answer-unmet-rules.ts'
import { readAmount } from '../opt-outs/check-allowance.ts'
import type { OptOutCheck } from '../opt-outs/opt-out-check.ts'
import { type PreparedOptOuts, prepareOptOuts } from '../opt-outs/prepare-opt-outs.ts'
import type { CompiledPolicy, OptOut } from '../policy/compiled-policy.ts'
import { evaluatePrepared } from '../policy/evaluate-policy.ts'
import type { Facts } from '../policy/facts.ts'
import { type PreparedPolicy, preparePolicy } from '../policy/prepare-policy.ts'
import type { ReasonCode } from '../policy/reason-code.ts'
import type { UnmetRule, Verdict } from '../policy/verdict.ts'
import type { SwitchTarget } from '../state/feed-event.ts'

/** What was spent of each allowance since the last step-up that met the rule; nothing where a name is left out. */
export type Spent = Readonly<Record<string, { readonly total: number; readonly count: number }>>

export interface ExplainedFacts {
  readonly outcome: Outcome
  readonly verdict: Verdict
  /** As the decision would have them: never empty. */
  readonly reasons: readonly Reason[]
  readonly checks: readonly OptOutCheck[]
  /** Those that the outcome stands on. Empty unless it is `opt-out`. */
  readonly optOuts: readonly string[]
  /** Unmet rules that no opt-out answers. */
  readonly unanswered: readonly string[]
}

/** @param spent an allowance that is not named counts as unspent */
export function explainFacts(
  compiled: CompiledPolicy,
  facts: Facts,
  spent: Spent = {},
): ExplainedFacts {
  return createExplainer(compiled)(facts, spent)
}

/** The same for many facts: the policy is made ready once. */
export function createExplainer(
  compiled: CompiledPolicy,
): (facts: Facts, spent?: Spent) => ExplainedFacts {
  const ready = { policy: preparePolicy(compiled), optOuts: prepareOptOuts(compiled) }
  return (facts, spent = {}) =>
    explainIn(ready, facts, {
      isSuspended: () => false,
      hasRoom: ({ optOut, allowance, amount }) => hasRoom(allowance, amount, spent, optOut),
    })
}

/** What a decision hangs on besides policy and facts. */
export interface Surroundings {
  isSuspended(target: SwitchTarget): boolean
  hasRoom(spending: DrySpending): boolean
  /** Whether what was spent on opt-outs of the rule may have been forgotten. @default it was not */
  isSpendingUncertain?(rule: string): boolean
  /** What keeps every opt-out from being honoured. */
  readonly keptBy?: ReasonCode | undefined
  /** Whether what was confirmed for this one request did not count. */
  readonly permitsRefused?: boolean | undefined
}

export interface DrySpending {
  readonly optOut: string
  readonly allowance: Allowance
  readonly rule: UnmetRule
  readonly amount: number
}

type Allowance = Extract<OptOut, { kind: 'allowance' }>

export interface Ready {
  readonly policy: PreparedPolicy
  readonly optOuts: PreparedOptOuts
}

/** What comes out, before it is put into words. */
export type DryDecision = Omit<ExplainedFacts, 'reasons'> & { readonly because?: ReasonCode }

/** Decides on given facts in given surroundings. Nothing is spent. */
export function decideIn(
  { policy, optOuts }: Ready,
  facts: Facts,
  around: Surroundings,
): DryDecision {
  const verdict = evaluatePrepared(policy, facts)
  if (verdict.denied !== 'false') return without(verdict, 'deny')
  if (around.permitsRefused && verdict.spends !== undefined && verdict.spends.length > 0) {
    const unanswered = verdict.spends.map(({ rule }) => rule)
    return { verdict, outcome: 'challenge', checks: NONE, optOuts: NONE, unanswered }
  }
  if (verdict.unmet.length === 0) return without(verdict, 'pass')
  const { segments } = policy
  const asked = {
    ...{ facts, verdict, segments },
    isSuspended: around.isSuspended,
    isSpendingUncertain: ({ rule }: UnmetRule) => around.isSpendingUncertain?.(rule) ?? false,
  }
  const answers = answerUnmetRules(asked, optOuts)
  const spending = trySpending(answers, optOuts, facts, verdict, around)
  const { checks } = spending
  const unanswered = verdict.unmet
    .map(({ rule }) => rule)
    .filter(
      (rule) =>
        around.keptBy !== undefined ||
        spending.fails === rule ||
        answers.unanswered.some((one) => one.rule === rule),
    )
  if (unanswered.length > 0) {
    const because = around.keptBy ?? whyNotHonoured(answers, spending)
    const challenged = { verdict, outcome: 'challenge', checks, optOuts: NONE, unanswered } as const
    return because === undefined ? challenged : { ...challenged, because }
  }
  const standsOn = [...answers.optOuts, ...spending.spends].sort()
  return { verdict, outcome: 'opt-out', checks, optOuts: standsOn, unanswered: NONE }
}

const NONE: readonly never[] = Object.freeze([])

function without(verdict: Verdict, outcome: Outcome): DryDecision {
  return { verdict, outcome, checks: NONE, optOuts: NONE, unanswered: NONE }
}

function explainIn(ready: Ready, facts: Facts, around: Surroundings): ExplainedFacts {
  const { because, ...decided } = decideIn(ready, facts, around)
  return { ...decided, reasons: reasonsOf(ready.policy, facts, decided, because) }
}

function reasonsOf(
  policy: PreparedPolicy,
  facts: Facts,
  { outcome, verdict, checks, optOuts, unanswered }: DryDecision,
  because: ReasonCode | undefined,
): readonly Reason[] {
  const { at, action, subject } = facts
  const base = { id: '', at, action, revision: policy.compiled.revision }
  switch (outcome) {
    case 'deny':
      return refuseDenied(base, verdict, policy).reasons
    case 'pass':
      return proceedPass(base, subject.id, verdict, policy).reasons
    case 'opt-out':
      return proceedOptOut(base, subject.id, verdict, { optOuts, checks }).reasons
    case 'challenge': {
      const rules = verdict.unmet.filter(({ rule }) => unanswered.includes(rule))
      return challengeStepUp(base, verdict, facts, policy, { rules, checks, because }).reasons
    }
  }
}

interface Spending {
  readonly spends: readonly string[]
  /** The rule whose allowances are all spent. */
  readonly fails?: string
  readonly checks: readonly OptOutCheck[]
}

/** As spend-allowance.ts would, one after the other until one has room, and only where every rule has an answer. */
function trySpending(
  { toSpend, checks, unanswered }: Answers,
  optOuts: PreparedOptOuts,
  facts: Facts,
  { unmet }: Verdict,
  around: Surroundings,
): Spending {
  if (toSpend === undefined || unanswered.length > 0 || around.keptBy !== undefined)
    return { spends: [], checks }
  const { rule, allowances } = toSpend
  const waived = unmet.find((one) => one.rule === rule)
  const room = allowances.find((optOut) => {
    const allowance = optOuts.get(optOut)?.optOut
    if (allowance?.kind !== 'allowance' || waived === undefined) return false
    const amount = readAmount(facts, allowance.of)
    return amount !== undefined && around.hasRoom({ optOut, allowance, rule: waived, amount })
  })
  if (room !== undefined) return { spends: [room], checks }
  return {
    spends: [],
    fails: rule,
    checks: checks.map((check) =>
      check.rule === rule && allowances.includes(check.optOut)
        ? { ...check, holds: 'false', why: 'allowance_spent' }
        : check,
    ),
  }
}

function hasRoom(allowance: Allowance, amount: number, spent: Spent, name: string): boolean {
  const { total, count } = (Object.hasOwn(spent, name) ? spent[name] : undefined) ?? NOTHING
  return total + amount <= allowance.total && count + 1 <= allowance.count
}

const NOTHING = { total: 0, count: 0 }

function whyNotHonoured(
  { unanswered, checks }: Answers,
  { fails }: Spending,
): ReasonCode | undefined {
  if (fails !== undefined) return 'allowance_spent'
  const holdsAll = unanswered.some(({ rule }) =>
    checks.some((check) => check.rule === rule && check.holds === 'true'),
  )
  return holdsAll ? 'one_allowance_only' : undefined
}
