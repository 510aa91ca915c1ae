// Which actions an opt-out or a rule is about, and what they declare of one attribute.
import type { ActionDocument, AttributeDocument } from '../policy-document.ts'
import type { Draft, Part } from './draft.ts'
import type { MatchActions } from './match-actions.ts'

/** The actions of every rule that lists the opt-out. */
export function listingActions(
  optOut: string,
  draft: Draft,
  matchActions: MatchActions,
): ReadonlySet<Part<ActionDocument>> {
  const rules = draft.rules.filter(({ value }) => value.optOuts?.includes(optOut))
  return new Set(rules.flatMap(({ value }) => matchActions(value.actions)))
}

/** `undefined`: the action does not declare it. */
export function declaredAttribute(
  { value: { resource = {} } }: Part<ActionDocument>,
  name: string,
): AttributeDocument | undefined {
  return Object.hasOwn(resource, name) ? resource[name] : undefined
}
