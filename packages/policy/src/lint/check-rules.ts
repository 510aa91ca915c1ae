// Rules: what they name exists, and what may not be waived is not.
import type { RuleDocument } from '../policy-document.ts'
import { suggestName } from '../problems/did-you-mean.ts'
import type { ProblemCollector } from '../problems/problem-collector.ts'
import type { Draft, Part } from './draft.ts'
import type { WellFormed } from './keep-well-formed.ts'
import type { MatchActions } from './match-actions.ts'

export function checkRules(
  draft: Draft,
  matchActions: MatchActions,
  problems: ProblemCollector,
): void {
  const seen = new Set<string>()
  for (const rule of draft.every.rules) {
    const { id } = rule.value
    if (id !== undefined && seen.has(id)) refuseDuplicate(rule, problems)
    if (id !== undefined) seen.add(id)
    checkListed(rule, draft, problems)
    checkWaivable(rule, matchActions, problems)
    if (!draft.anyAction && draft.has('actions') && draft.isSound('actions')) {
      checkMatches(rule, draft, matchActions, problems)
    }
  }
}

function refuseDuplicate(rule: Part<WellFormed<RuleDocument>>, problems: ProblemCollector): void {
  problems.add({
    code: 'duplicate_rule',
    path: [...rule.path, 'id'],
    message: 'two rules have the same id',
    found: `a second ${rule.value.id}`,
    fix: 'give each rule an id of its own: records and switches name it',
  })
}

function checkListed(
  rule: Part<WellFormed<RuleDocument>>,
  draft: Draft,
  problems: ProblemCollector,
): void {
  rule.value.optOuts?.forEach((name, index) => {
    if (name === undefined || draft.declared.optOuts.has(name)) return
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
  rule: Part<WellFormed<RuleDocument>>,
  matchActions: MatchActions,
  problems: ProblemCollector,
): void {
  const { require, deny, actions = [] } = rule.value
  const optOuts = rule.value.optOuts?.filter((name) => name !== undefined) ?? []
  if (optOuts.length === 0) return
  const path = [...rule.path, 'optOuts']
  // that it does both is a mistake of its own
  if (deny && require === undefined) {
    problems.add({
      code: 'denial_with_opt_outs',
      path,
      message: 'a rule that denies cannot list opt-outs',
      found: optOuts.join(', '),
      fix: 'remove optOuts, or write require instead of deny',
    })
  }
  const patterns = actions.filter((pattern) => pattern !== undefined)
  const sensitive = matchActions(patterns).find(({ value }) => value.sensitive)
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
  rule: Part<WellFormed<RuleDocument>>,
  draft: Draft,
  matchActions: MatchActions,
  problems: ProblemCollector,
): void {
  rule.value.actions?.forEach((pattern, index) => {
    if (pattern === undefined || matchActions([pattern]).length > 0) return
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
