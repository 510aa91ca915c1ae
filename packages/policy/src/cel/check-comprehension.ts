// `all`, `exists` and `exists_one`: one deep, so that their cost grows with the list and no faster.

import { type CelType, describeType, isMapType, itemTypeOf } from './cel-type.ts'
import { checkBoolean } from './check-logic.ts'
import { checkNode } from './check-node.ts'
import { type Checking, type Node, report, type Typed } from './checking.ts'
import type { ComprehensionOp } from './compiled-tree.ts'

export function checkComprehension(node: Node<'rcall'>, checking: Checking): Typed {
  const [name, range, [variable, test, ...more]] = node.args
  const shape = `Write \`list.${name}(item, condition)\`.`
  if (checking.item) {
    const message = 'Comprehensions are not nested: their cost would multiply.'
    return report(checking, node, message, 'Split it over two rules, or compare with `in`.')
  }
  if (variable?.op !== 'id' || test === undefined || more.length > 0) {
    return report(checking, node, `\`${name}\` takes a name and a condition.`, shape)
  }
  if (checking.names.isTaken(variable.args)) {
    const message = `\`${variable.args}\` is the name of a fact, and would hide it.`
    return report(checking, variable, message, 'Write another name.')
  }
  const over = checkNode(range, checking)
  if (over === undefined) return undefined
  const type = itemType(over.type)
  if (type === undefined) {
    const message = `\`${name}\` goes over lists and maps; this is ${describeType(over.type)}.`
    return report(checking, range, message, shape)
  }
  const holds = checkBoolean(test, { ...checking, item: { name: variable.args, type } })
  if (holds === undefined) return undefined
  const op: ComprehensionOp = name === 'exists_one' ? 'exists-one' : (name as 'all' | 'exists')
  return { tree: { op, over: over.tree, test: holds.tree }, type: 'bool' }
}

/** Over a map it goes over the keys. */
function itemType(type: CelType): CelType | undefined {
  return isMapType(type) ? 'string' : itemTypeOf(type)
}
