// Which facts an expression reads, and which constants it has.
import type { Json } from '@countersign/core'
import type { Tree } from '../cel/expression-text.ts'

/** The dimension of the search that a fact belongs to: `resource:amount`, `claim:tier`, `signals`, `device`, … */
export function dimensionsIn(tree: Tree): ReadonlySet<string> {
  const found = new Set<string>()
  walk(tree, (part) => {
    if (part.op !== 'fact' && part.op !== 'has-fact') return
    const [group, name] = part.path
    if (group === 'resource' || group === 'claim') found.add(`${group}:${name}`)
    else if (group === 'signal' || group === 'risk.level') found.add('signals')
    else if (group.startsWith('device.')) found.add('device')
    // the action is given before the search begins
    else if (group !== 'action') found.add(group)
  })
  return found
}

export interface Constants {
  readonly texts: readonly string[]
  readonly numbers: readonly number[]
  /** Of maps that are looked into. */
  readonly keys: readonly string[]
}

export function constantsIn(trees: readonly Tree[]): Constants {
  const texts = new Set<string>()
  const numbers = new Set<number>()
  const keys = new Set<string>()
  const note = (value: Json): void => {
    if (typeof value === 'string') texts.add(value)
    else if (typeof value === 'number') numbers.add(value)
    else if (Array.isArray(value)) value.forEach(note)
  }
  for (const tree of trees)
    walk(tree, (part) => {
      if (part.op === 'literal') note(part.value)
      if (part.op === 'matches') texts.add(part.pattern)
      if (part.op === 'select' || part.op === 'has') keys.add(part.key)
    })
  return { texts: [...texts].sort(), numbers: [...numbers].sort((a, b) => a - b), keys: [...keys] }
}

export function walk(tree: Tree, visit: (part: Tree) => void): void {
  visit(tree)
  for (const part of partsOf(tree)) walk(part, visit)
}

function partsOf(tree: Tree): readonly Tree[] {
  switch (tree.op) {
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
    case 'literal':
    case 'fact':
    case 'has-fact':
    case 'item':
      return []
    default:
      return 'of' in tree ? [tree.of] : [tree.left, tree.right]
  }
}
