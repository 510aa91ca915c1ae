// What trusted targets look up: a text or an integer that every action of their rules declares.
import type { ActionDocument, TrustedTargetDocument } from '../policy-document.ts'
import type { ProblemCollector } from '../problems/problem-collector.ts'
import type { Draft, Part } from './draft.ts'
import { declaredAttribute, listingActions } from './listing-actions.ts'
import type { MatchActions } from './match-actions.ts'

export function checkTargets(
  draft: Draft,
  matchActions: MatchActions,
  problems: ProblemCollector,
): void {
  if (!draft.isSound('actions')) return
  for (const optOut of draft.optOuts) {
    if (optOut.value.kind !== 'trusted-target') continue
    const target = optOut as Part<TrustedTargetDocument>
    if (draft.anyAction) refuse(target, 'actions: any declares no attributes', problems)
    const found = [...listingActions(optOut.name, draft, matchActions)]
      .map((action) => whatIsWrong(target.value, action))
      .find((wrong) => wrong !== undefined)
    // one action is enough of an example
    if (found !== undefined) refuse(target, found, problems)
  }
}

function whatIsWrong(
  { of }: TrustedTargetDocument,
  action: Part<ActionDocument>,
): string | undefined {
  const attribute = declaredAttribute(action, of.slice('resource.'.length))
  if (attribute === undefined) return `${action.name} does not declare it`
  if (attribute.type === 'string' || attribute.type === 'integer') return undefined
  return `${action.name} declares it as ${attribute.type}`
}

function refuse(
  optOut: Part<TrustedTargetDocument>,
  found: string,
  problems: ProblemCollector,
): void {
  problems.add({
    code: 'target_attribute',
    path: [...optOut.path, 'of'],
    message: `${optOut.value.of} has to be a string or an integer of every action whose rule lists ${optOut.name}`,
    found,
    fix: 'declare the attribute there, or list the opt-out in other rules',
  })
}
