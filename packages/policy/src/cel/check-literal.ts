// Literals: scalars within what a double can tell apart, lists of one type, maps with string keys.
import type { Json } from '@countersign/core'
import { type CelType, commonType, describeType } from './cel-type.ts'
import { checkNode } from './check-node.ts'
import { type Checking, type Node, report, stringLiteral, type Typed } from './checking.ts'
import type { Expression } from './compiled-tree.ts'

export function checkLiteral(node: Node<'value'>, checking: Checking): Typed {
  const value = node.args
  switch (typeof value) {
    case 'bigint':
      return checkInteger(node, value, checking)
    case 'number':
      return literal(value, 'double')
    case 'string':
      return literal(value, 'string')
    case 'boolean':
      return literal(value, 'bool')
  }
  if (value === null) return literal(null, 'null')
  return value instanceof Uint8Array
    ? report(checking, node, 'Bytes are not admitted: no fact is made of them.', 'Write a string.')
    : report(checking, node, 'Unsigned integers are not admitted.', 'Leave out the `u`.')
}

/** `node` may be the literal with the minus before it. */
export function checkInteger(
  node: Node<'value'> | Node<'-_'>,
  value: bigint,
  checking: Checking,
): Typed {
  const number = Number(value)
  if (Number.isSafeInteger(number)) return literal(number, 'int')
  return report(
    checking,
    node,
    'The integer is too large: JSON numbers are exact up to 9007199254740991 (2^53 - 1) only.',
    'Write a smaller one, or compare as a string.',
  )
}

export function literal(value: Json, type: CelType): Typed {
  return { tree: { op: 'literal', value }, type }
}

export function checkList(node: Node<'list'>, checking: Checking): Typed {
  let type: CelType = 'none'
  const items: Expression[] = []
  for (const part of node.args) {
    const item = checkNode(part, checking)
    if (item === undefined) return undefined
    const common: CelType | undefined = commonType(type, item.type)
    if (common === undefined) {
      const message = `A list holds one type: here is ${describeType(item.type)} beside ${describeType(type)}.`
      return report(checking, part, message, 'Write values of one type.')
    }
    type = common
    items.push(item.tree)
  }
  return { tree: listOf(items), type: { list: type } }
}

export function checkMap(node: Node<'map'>, checking: Checking): Typed {
  let type: CelType = 'none'
  const entries = new Map<string, Expression>()
  for (const [keyNode, part] of node.args) {
    const key = stringLiteral(keyNode)
    if (key === undefined) {
      return report(checking, keyNode, 'The keys of a map are strings.', 'Write `{"key": value}`.')
    }
    if (entries.has(key)) {
      return report(checking, keyNode, 'This key is there already.', 'Leave one of them out.')
    }
    const value = checkNode(part, checking)
    if (value === undefined) return undefined
    const common: CelType | undefined = commonType(type, value.type)
    if (common === undefined) {
      return report(checking, part, 'The values of a map are of one type.', 'Write one type.')
    }
    type = common
    entries.set(key, value.tree)
  }
  return { tree: { op: 'map', entries: [...entries] }, type: { map: type } }
}

/** Literals alone are one literal, so that nothing is built while it runs. */
function listOf(items: readonly Expression[]): Expression {
  const values: Json[] = []
  for (const item of items) {
    if (item.op !== 'literal') return { op: 'list', items }
    values.push(item.value)
  }
  return { op: 'literal', value: values }
}
