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
import type { CompiledPolicy } from '../policy/compiled-policy.ts'
import { evaluatePrepared } from '../policy/evaluate-policy.ts'
import type { Facts } from '../policy/facts.ts'
import { type PreparedPolicy, preparePolicy } from '../policy/prepare-policy.ts'
import type { Verdict } from '../policy/verdict.ts'

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
  const policy = preparePolicy(compiled)
  const optOuts = prepareOptOuts(compiled)
  return (facts, spent = {}) => explain({ policy, optOuts }, facts, spent)
}

interface Ready {
  readonly policy: PreparedPolicy
  readonly optOuts: PreparedOptOuts
}

function explain({ policy, optOuts }: Ready, facts: Facts, spent: Spent): ExplainedFacts {
  const { at, action, subject } = facts
  const base = { id: '', at, action, revision: policy.compiled.revision }
  const verdict = evaluatePrepared(policy, facts)
  const none = { verdict, checks: [], optOuts: [], unanswered: [] }
  if (verdict.denied !== 'false')
    return { ...none, outcome: 'deny', reasons: refuseDenied(base, verdict, policy).reasons }
  if (verdict.unmet.length === 0)
    return {
      ...none,
      outcome: 'pass',
      reasons: proceedPass(base, subject.id, verdict, policy).reasons,
    }

  const { segments } = policy
  const asked = { facts, verdict, segments, isSuspended: () => false }
  const answers = answerUnmetRules(asked, optOuts)
  const spending = trySpending(answers, optOuts, facts, spent)
  const { checks } = spending
  const unanswered = verdict.unmet.filter(
    ({ rule }) => answers.unanswered.some((one) => one.rule === rule) || spending.fails === rule,
  )
  if (unanswered.length > 0) {
    const because = whyNotHonoured(answers, spending)
    const { reasons } = challengeStepUp(base, verdict, facts, policy, {
      rules: unanswered,
      checks,
      because,
    })
    const rules = unanswered.map(({ rule }) => rule)
    return { ...none, outcome: 'challenge', reasons, checks, unanswered: rules }
  }
  const standsOn = [...answers.optOuts, ...spending.spends].sort()
  const { reasons } = proceedOptOut(base, subject.id, verdict, { optOuts: standsOn, checks })
  return { ...none, outcome: 'opt-out', reasons, checks, optOuts: standsOn }
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
  spent: Spent,
): Spending {
  if (toSpend === undefined || unanswered.length > 0) return { spends: [], checks }
  const { rule, allowances } = toSpend
  const room = allowances.find((name) => hasRoom(optOuts, name, facts, spent))
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

function hasRoom(optOuts: PreparedOptOuts, name: string, facts: Facts, spent: Spent): boolean {
  const optOut = optOuts.get(name)?.optOut
  if (optOut?.kind !== 'allowance') return false
  const amount = readAmount(facts, optOut.of.replace(/^resource\./, ''))
  if (amount === undefined) return false
  const { total, count } = (Object.hasOwn(spent, name) ? spent[name] : undefined) ?? NOTHING
  return total + amount <= optOut.total && count + 1 <= optOut.count
}

const NOTHING = { total: 0, count: 0 }

function whyNotHonoured({ unanswered, checks }: Answers, { fails }: Spending) {
  if (fails !== undefined) return 'allowance_spent'
  const holdsAll = unanswered.some(({ rule }) =>
    checks.some((check) => check.rule === rule && check.holds === 'true'),
  )
  return holdsAll ? 'one_allowance_only' : undefined
}
