// Rules: what they name exists, and what may not be waived is not.
import type { RuleDocument } from '../policy-document.ts'
import { suggestName } from '../problems/did-you-mean.ts'
import type { ProblemCollector } from '../problems/problem-collector.ts'
import type { Draft, Part } from './draft.ts'
import type { MatchActions } from './match-actions.ts'

export function checkRules(
  draft: Draft,
  matchActions: MatchActions,
  problems: ProblemCollector,
): void {
  const seen = new Set<string>()
  for (const rule of draft.rules) {
    if (seen.has(rule.value.id)) refuseDuplicate(rule, problems)
    seen.add(rule.value.id)
    checkListed(rule, draft, problems)
    checkWaivable(rule, matchActions, problems)
    if (!draft.anyAction && draft.isSound('actions')) {
      checkMatches(rule, draft, matchActions, problems)
    }
  }
}

function refuseDuplicate(rule: Part<RuleDocument>, problems: ProblemCollector): void {
  problems.add({
    code: 'duplicate_rule',
    path: [...rule.path, 'id'],
    message: 'two rules have the same id',
    found: `a second ${rule.value.id}`,
    fix: 'give each rule an id of its own: records and switches name it',
  })
}

function checkListed(rule: Part<RuleDocument>, draft: Draft, problems: ProblemCollector): void {
  rule.value.optOuts?.forEach((name, index) => {
    if (draft.declared.optOuts.has(name)) return
    problems.add({
      code: 'unknown_opt_out',
      path: [...rule.path, 'optOuts', index],
      message: `the opt-out ${name} is not declared`,
      found: name,
      fix:
        draft.declared.optOuts.size > 0
          ? suggestName(name, draft.declared.optOuts)
          : 'declare it under optOuts',
    })
  })
}

function checkWaivable(
  rule: Part<RuleDocument>,
  matchActions: MatchActions,
  problems: ProblemCollector,
): void {
  const { optOuts = [], deny, actions } = rule.value
  if (optOuts.length === 0) return
  const path = [...rule.path, 'optOuts']
  if (deny) {
    problems.add({
      code: 'denial_with_opt_outs',
      path,
      message: 'a rule that denies cannot list opt-outs',
      found: optOuts.join(', '),
      fix: 'remove optOuts, or write require instead of deny',
    })
  }
  const sensitive = matchActions(actions).find(({ value }) => value.sensitive)
  if (sensitive === undefined) return
  problems.add({
    code: 'sensitive_with_opt_outs',
    path,
    message: `the rule is for ${sensitive.name}, which is sensitive: nothing may waive it`,
    found: optOuts.join(', '),
    fix: 'remove optOuts, or write actions that leave the sensitive ones out',
  })
}

function checkMatches(
  rule: Part<RuleDocument>,
  draft: Draft,
  matchActions: MatchActions,
  problems: ProblemCollector,
): void {
  rule.value.actions.forEach((pattern, index) => {
    if (matchActions([pattern]).length > 0) return
    problems.add({
      code: 'rule_matches_nothing',
      severity: 'warning',
      path: [...rule.path, 'actions', index],
      message: `no declared action matches ${pattern}`,
      found: pattern,
      fix: suggestName(pattern, draft.declared.actions),
    })
  })
}
