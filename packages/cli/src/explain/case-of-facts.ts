// What a policy decides on given facts, taken apart.
import { type CompiledPolicy, explainFacts, explainRules } from '@countersign/core'
import type { Situation } from '@countersign/policy'
import type { ExplainedCase } from './explained-case.ts'
import { explainOptOuts, explainRisk } from './with-policy.ts'

export function caseOfFacts(policy: CompiledPolicy, { facts, spent }: Situation): ExplainedCase {
  const { outcome, verdict, reasons, checks, optOuts } = explainFacts(policy, facts, spent)
  const { conditions, risk, denied } = verdict
  const { action, at, subject, session } = facts
  return {
    from: 'facts',
    ...{ at, action, subject: subject.id, outcome },
    ...(outcome === 'challenge' ? { need: 'step-up' } : {}),
    ...(outcome === 'deny' ? { because: denied === 'true' ? 'policy' : 'undetermined' } : {}),
    reasons,
    rules: explainRules(
      policy,
      { ...facts.session, action, at, resource: facts.resource },
      conditions,
    ),
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
    ...(Object.keys(spent).length === 0 ? {} : { spent }),
  }
}
