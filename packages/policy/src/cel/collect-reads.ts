// What a compiled condition reads, so that records keep those facts and no others.
import type { ConditionReads } from '@countersign/core'
import type { Expression, FactPath } from './compiled-tree.ts'

export function collectReads(tree: Expression): ConditionReads {
  const reads = {
    resource: new Set<string>(),
    claims: new Set<string>(),
    signals: new Set<string>(),
    facts: new Set<string>(),
  }
  for (const part of partsOf(tree)) {
    if (part.op === 'fact' || part.op === 'has-fact') addPath(part.path, reads)
  }
  return {
    resource: [...reads.resource].sort(),
    claims: [...reads.claims].sort(),
    signals: [...reads.signals].sort(),
    facts: [...reads.facts].sort(),
  }
}

export function countPatternSteps(tree: Expression): number {
  let steps = 0
  for (const part of partsOf(tree)) {
    if (part.op === 'matches') steps += part.program.length
  }
  return steps
}

function addPath(path: FactPath, reads: Record<keyof ConditionReads, Set<string>>): void {
  switch (path[0]) {
    case 'resource':
      reads.resource.add(path[1])
      break
    case 'claim':
      reads.claims.add(path[1])
      break
    case 'signal':
      reads.signals.add(path[1])
      break
    case 'device.id':
    case 'device.trusted':
      reads.facts.add('device')
      break
    case 'risk.level':
      reads.facts.add('risk')
      break
    default:
      reads.facts.add(path[0])
  }
}

/** The expression and all that it is made of. */
function* partsOf(tree: Expression): Generator<Expression> {
  yield tree
  for (const part of childrenOf(tree)) yield* partsOf(part)
}

function childrenOf(tree: Expression): readonly Expression[] {
  switch (tree.op) {
    case 'literal':
    case 'fact':
    case 'has-fact':
    case 'item':
      return []
    case 'list':
      return tree.items
    case 'map':
      return tree.entries.map(([, value]) => value)
    case 'and':
    case 'or':
      return tree.args
    case 'if':
      return [tree.test, tree.yes, tree.no]
    case 'all':
    case 'exists':
    case 'exists-one':
      return [tree.over, tree.test]
    default:
      return 'of' in tree ? [tree.of] : [tree.left, tree.right]
  }
}
