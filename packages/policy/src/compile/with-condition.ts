// Joins a part of the document with its compiled condition.
import type { Condition } from '@countersign/core'
import type { CompiledConditions } from '../lint/check-conditions.ts'
import { formatPath, type Path } from '../problems/policy-problem.ts'

/**
 * Nothing where the document has no `when`.
 *
 * @throws where it has one that was not compiled: a condition may never get lost
 */
export function withCondition(
  when: string | undefined,
  path: Path,
  conditions: CompiledConditions,
): { readonly when?: Condition } {
  return when === undefined ? {} : { when: takeCondition(path, conditions) }
}

export function takeCondition(path: Path, conditions: CompiledConditions): Condition {
  const place = formatPath([...path, 'when'])
  const condition = conditions.get(place)
  if (condition === undefined) throw new Error(`${place} was not compiled`)
  return condition
}
