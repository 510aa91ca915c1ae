// What allowances count: a numeric attribute, never negative, that every action of their rules declares.
import type { ActionDocument, AllowanceDocument } from '../policy-document.ts'
import type { ProblemCollector } from '../problems/problem-collector.ts'
import type { Draft, Part } from './draft.ts'
import { declaredAttribute, listingActions } from './listing-actions.ts'
import type { MatchActions } from './match-actions.ts'

export function checkAllowances(
  draft: Draft,
  matchActions: MatchActions,
  problems: ProblemCollector,
): void {
  if (!draft.isSound('actions')) return
  for (const optOut of draft.optOuts) {
    if (optOut.value.kind !== 'allowance') continue
    const allowance = optOut as Part<AllowanceDocument>
    for (const action of listingActions(optOut.name, draft, matchActions)) {
      if (checkAttribute(allowance, action, problems)) break
    }
    if (draft.anyAction) refuse(allowance, 'actions: any declares no attributes', problems)
  }
}

/** True where a problem was told: one action is enough of an example. */
function checkAttribute(
  optOut: Part<AllowanceDocument>,
  action: Part<ActionDocument>,
  problems: ProblemCollector,
): boolean {
  const name = optOut.value.of.slice('resource.'.length)
  const attribute = declaredAttribute(action, name)
  if (attribute === undefined || (attribute.type !== 'integer' && attribute.type !== 'number')) {
    const what =
      attribute === undefined ? 'does not declare it' : `declares it as ${attribute.type}`
    refuse(optOut, `${action.name} ${what}`, problems)
    return true
  }
  if ((attribute.minimum ?? -1) >= 0) return false
  problems.add({
    code: 'allowance_may_be_negative',
    path: [...action.path, 'resource', name],
    message: `the allowance ${optOut.name} counts it, and a negative amount would give back what was spent`,
    found: attribute.minimum === undefined ? 'no minimum' : `minimum ${attribute.minimum}`,
    fix: 'add minimum: 0, or a larger one',
  })
  return true
}

function refuse(optOut: Part<AllowanceDocument>, found: string, problems: ProblemCollector): void {
  problems.add({
    code: 'allowance_attribute',
    path: [...optOut.path, 'of'],
    message: `${optOut.value.of} has to be an integer or number of every action whose rule lists ${optOut.name}`,
    found,
    fix: 'declare the attribute there, or list the opt-out in other rules',
  })
}
