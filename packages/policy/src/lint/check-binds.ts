// What a proof is bound to: attributes that every action of the rule declares, and short enough to be shown and kept.
import type { AttributeDocument, RuleDocument } from '../policy-document.ts'
import type { Path } from '../problems/policy-problem.ts'
import type { ProblemCollector } from '../problems/problem-collector.ts'
import type { Draft, Part } from './draft.ts'
import { declaredAttribute } from './listing-actions.ts'
import type { MatchActions } from './match-actions.ts'

/** Characters: five of them, at four bytes each, still fit the ticket of a challenge. */
const MOST_CHARACTERS = 100

export function checkBinds(
  draft: Draft,
  matchActions: MatchActions,
  problems: ProblemCollector,
): void {
  if (!draft.isSound('actions')) return
  for (const rule of draft.rules) {
    rule.value.require?.bind?.forEach((name, index) => {
      const path = [...rule.path, 'require', 'bind', index]
      if (draft.anyAction) refuse(name, 'actions: any declares no attributes', path, problems)
      else checkBound(name, rule, path, matchActions, problems)
    })
  }
}

function checkBound(
  name: string,
  { value }: Part<RuleDocument>,
  path: Path,
  matchActions: MatchActions,
  problems: ProblemCollector,
): void {
  const actions = matchActions(value.actions)
  const lacking = actions.find((action) => declaredAttribute(action, name) === undefined)
  if (lacking !== undefined) {
    refuse(name, `${lacking.name} does not declare it`, path, problems)
    return
  }
  for (const action of actions) {
    const attribute = declaredAttribute(action, name)
    if (attribute === undefined || isShort(attribute)) continue
    const maxLength = 'maxLength' in attribute ? attribute.maxLength : undefined
    problems.add({
      code: 'bind_too_long',
      path,
      message: `${name} is bound, so ${action.name} has to limit its length`,
      found: maxLength === undefined ? 'no maxLength' : `maxLength ${maxLength}`,
      fix: `add maxLength: ${MOST_CHARACTERS} or less to the attribute, or an enum`,
    })
    return // one action is enough of an example
  }
}

function isShort(attribute: AttributeDocument): boolean {
  if (attribute.type !== 'string') return true
  if (attribute.enum !== undefined)
    return attribute.enum.every((value) => value.length <= MOST_CHARACTERS)
  return attribute.maxLength !== undefined && attribute.maxLength <= MOST_CHARACTERS
}

function refuse(name: string, found: string, path: Path, problems: ProblemCollector): void {
  problems.add({
    code: 'bind_attribute',
    path,
    message: `${name} is bound, so every action of the rule has to declare it`,
    found,
    fix: 'declare the attribute there, or name only actions that do',
  })
}
