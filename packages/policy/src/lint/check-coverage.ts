// Every action is covered by a rule that always applies, so that nothing passes by omission.
import type { Finding, ProblemCollector } from '../problems/problem-collector.ts'
import type { Draft } from './draft.ts'
import type { MatchActions } from './match-actions.ts'

/** Told only where rules and actions have their shape: else a broken rule would be told twice. */
export function checkCoverage(
  draft: Draft,
  matchActions: MatchActions,
  problems: ProblemCollector,
): void {
  const sections = ['rules', 'actions'] as const
  if (!sections.every((section) => draft.has(section) && draft.isSound(section))) return
  const always = draft.rules.filter(({ value }) => !value.deny && value.when === undefined)
  if (draft.anyAction) {
    if (!always.some(({ value }) => value.actions.includes('*'))) problems.add(nothingForAny)
    return
  }
  const covered = new Set(always.flatMap(({ value }) => matchActions(value.actions)))
  for (const action of draft.actions) {
    if (covered.has(action) || action.value.open) continue
    problems.add({
      code: 'action_uncovered',
      path: action.path,
      atKey: true,
      message: `no rule that always applies (without when, with require) covers ${action.name}`,
      found: action.name,
      fix: 'add such a rule, or say open: true if anybody signed in may do it',
    })
  }
}

const nothingForAny: Finding = {
  code: 'action_uncovered',
  path: ['actions'],
  message: 'actions: any accepts every name, but no rule covers every name',
  found: 'no rule for "*" without when',
  fix: 'add a rule with actions: ["*"] and require',
}
