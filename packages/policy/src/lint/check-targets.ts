// What trusted targets look up: a text or an integer that every action of their rules declares.
import type { ActionDocument, TrustedTargetDocument } from '../policy-document.ts'
import type { ProblemCollector } from '../problems/problem-collector.ts'
import type { Draft, Part } from './draft.ts'
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
    const rules = draft.rules.filter(({ value }) => value.optOuts?.includes(optOut.name))
    if (draft.anyAction) refuse(target, 'actions: any declares no attributes', problems)
    const actions = new Set(rules.flatMap(({ value }) => matchActions(value.actions)))
    const found = [...actions]
      .map((action) => whatIsWrong(target.value, action))
      .find((wrong) => wrong !== undefined)
    // one action is enough of an example
    if (found !== undefined) refuse(target, found, problems)
  }
}

function whatIsWrong(
  { of }: TrustedTargetDocument,
  { name: action, value }: Part<ActionDocument>,
): string | undefined {
  const name = of.slice('resource.'.length)
  const resource = value.resource ?? {}
  const attribute = Object.hasOwn(resource, name) ? resource[name] : undefined
  if (attribute === undefined) return `${action} does not declare it`
  if (attribute.type === 'string' || attribute.type === 'integer') return undefined
  return `${action} declares it as ${attribute.type}`
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
