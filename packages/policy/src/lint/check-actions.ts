// The attributes that actions declare.
import type { AttributeDocument } from '../policy-document.ts'
import type { Path } from '../problems/policy-problem.ts'
import type { ProblemCollector } from '../problems/problem-collector.ts'
import type { Draft } from './draft.ts'

export function checkActions(draft: Draft, problems: ProblemCollector): void {
  for (const { path, value } of draft.actions) {
    for (const [name, attribute] of Object.entries(value.resource ?? {})) {
      checkBounds(attribute, [...path, 'resource', name], problems)
    }
  }
}

function checkBounds(attribute: AttributeDocument, path: Path, problems: ProblemCollector): void {
  if (attribute.type === 'boolean') return
  const [low, high, key] =
    attribute.type === 'string'
      ? [attribute.minLength, attribute.maxLength, 'maxLength']
      : [attribute.minimum, attribute.maximum, 'maximum']
  if (low === undefined || high === undefined || low <= high) return
  problems.add({
    code: 'bounds_reversed',
    path: [...path, key as string],
    message: 'no value can satisfy both bounds',
    found: `from ${low} to ${high}`,
    fix: 'write the smaller number as the lower bound',
  })
}
