// Which declared actions a rule's patterns mean.
import { coversAction } from '@countersign/core'
import type { ActionDocument } from '../policy-document.ts'
import type { Draft, Part } from './draft.ts'

export type MatchActions = (patterns: readonly string[]) => readonly Part<ActionDocument>[]

/** The same patterns give the same list: 10,000 rules share what is worked out for it. */
export function createMatchActions(draft: Draft): MatchActions {
  const byName = new Map(draft.actions.map((action) => [action.name, action]))
  const known = new Map<string, readonly Part<ActionDocument>[]>()
  return function matchActions(patterns) {
    const key = patterns.join(' ')
    const before = known.get(key)
    if (before !== undefined) return before
    const matched = new Set(patterns.flatMap((pattern) => matchOne(pattern, draft, byName)))
    const result = [...matched]
    known.set(key, result)
    return result
  }
}

function matchOne(
  pattern: string,
  draft: Draft,
  byName: ReadonlyMap<string, Part<ActionDocument>>,
): Part<ActionDocument>[] {
  if (pattern.endsWith('*')) {
    return draft.actions.filter((action) => coversAction(pattern, action.name))
  }
  const action = byName.get(pattern)
  return action === undefined ? [] : [action]
}
