// The attributes that actions declare.
import type { AttributeDocument } from '../policy-document.ts'
import type { Path } from '../problems/policy-problem.ts'
import type { ProblemCollector } from '../problems/problem-collector.ts'
import type { Draft } from './draft.ts'
import type { WellFormed } from './keep-well-formed.ts'

export function checkActions(draft: Draft, problems: ProblemCollector): void {
  for (const { path, value } of draft.every.actions) {
    for (const [name, attribute] of Object.entries(value.resource ?? {})) {
      if (attribute !== undefined) checkBounds(attribute, [...path, 'resource', name], problems)
    }
  }
}

function checkBounds(
  attribute: WellFormed<AttributeDocument>,
  path: Path,
  problems: ProblemCollector,
): void {
  const [low, high, key] = boundsOf(attribute)
  if (low === undefined || high === undefined || low <= high) return
  problems.add({
    code: 'bounds_reversed',
    path: [...path, key],
    message: 'no value can satisfy both bounds',
    found: `from ${low} to ${high}`,
    fix: 'write the smaller number as the lower bound',
  })
}

function boundsOf(
  attribute: WellFormed<AttributeDocument>,
): readonly [low: number | undefined, high: number | undefined, key: string] {
  switch (attribute.type) {
    case 'string':
      return [attribute.minLength, attribute.maxLength, 'maxLength']
    case 'integer':
    case 'number':
      return [attribute.minimum, attribute.maximum, 'maximum']
    default:
      return [undefined, undefined, '']
  }
}
