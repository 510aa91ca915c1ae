// What a policy decides on given facts, taken apart.
import { type CompiledPolicy, explainFacts, explainRules, type Facts } from '@countersign/core'
import type { ExplainedCase } from './explained-case.ts'
import { explainOptOuts, explainRisk } from './with-policy.ts'

export function caseOfFacts(policy: CompiledPolicy, facts: Facts): ExplainedCase {
  const { outcome, verdict, checks, optOuts, unanswered } = explainFacts(policy, facts)
  const { conditions, risk, denied } = verdict
  const { action, at, subject, session } = facts
  const rules = explainRules(policy, { action, at, factors: session.factors }, conditions)
  const denying = rules.filter((rule) => rule.require === undefined && rule.applies !== 'false')
  return {
    from: 'facts',
    ...{ at, action, subject: subject.id, outcome, rules },
    ...(outcome === 'challenge' ? { need: 'step-up' } : {}),
    ...(outcome === 'deny' ? { because: denied === 'true' ? 'policy' : 'undetermined' } : {}),
    reasons: [
      ...(outcome === 'deny' && denying.length === 0
        ? [{ code: 'action_not_declared' as const }]
        : []),
      ...denying.map(({ id }) => ({
        code: denied === 'true' ? ('rule_denies' as const) : ('rule_undetermined' as const),
        rule: id,
      })),
      ...rules.flatMap(({ id, proof }) =>
        outcome === 'challenge' && proof !== undefined && unanswered.includes(id)
          ? [{ code: proof, rule: id }]
          : [],
      ),
    ],
    policy: { name: policy.name, revision: policy.revision },
    factors: session.factors,
    optOuts: explainOptOuts(checks, optOuts, conditions, policy),
    risk: explainRisk(
      { ...risk, level: risk.level.is === 'known' ? risk.level.value : 'unknown' },
      policy,
    ),
    withoutOptOuts: outcome === 'opt-out' ? 'challenge' : outcome,
    levels: policy.levels,
    facts,
  }
}
