// `+ - * / %` and the unary minus: on two integers or two doubles, never on one of each.

import type { ASTNode } from '@marcbachmann/cel-js'
import { type CelType, commonType, describeType, isListType, isNumber } from './cel-type.ts'
import { checkInteger, literal } from './check-literal.ts'
import { checkNode } from './check-node.ts'
import { type Checking, type Node, report, type Typed, textOf } from './checking.ts'
import type { BinaryOp, Expression } from './compiled-tree.ts'

type ArithmeticNode = Node<'+'> | Node<'-'> | Node<'*'> | Node<'/'> | Node<'%'>

const names = {
  '+': 'add',
  '-': 'subtract',
  '*': 'multiply',
  '/': 'divide',
  '%': 'modulo',
} as const

export function checkArithmetic(node: ArithmeticNode, checking: Checking): Typed {
  const left = checkNode(node.args[0], checking)
  const right = checkNode(node.args[1], checking)
  if (left === undefined || right === undefined) return undefined
  const operator = operatorFor(node.op, left.type, right.type)
  if (operator === undefined) {
    const [message, fix] = explainOperands(node, left.type, right.type, checking)
    return report(checking, node, message, fix)
  }
  const tree: Expression = { op: operator, left: left.tree, right: right.tree }
  return { tree, type: commonType(left.type, right.type) ?? 'any' }
}

export function checkNegation(node: Node<'-_'>, checking: Checking): Typed {
  const operand = node.args
  if (operand.op === 'value' && typeof operand.args === 'bigint') {
    return checkInteger(node, -operand.args, checking)
  }
  const of = checkNode(operand, checking)
  if (of === undefined) return undefined
  if (!isNumber(of.type)) {
    const message = `A minus stands before a number; this is ${describeType(of.type)}.`
    return report(checking, node, message, of.type === 'any' ? anyFix : 'Leave the minus out.')
  }
  // JSON loses the sign of a negative zero
  if (of.tree.op === 'literal' && typeof of.tree.value === 'number' && of.tree.value !== 0) {
    return literal(-of.tree.value, of.type)
  }
  return { tree: { op: `negate-${of.type}`, of: of.tree }, type: of.type }
}

function operatorFor(
  op: ArithmeticNode['op'],
  left: CelType,
  right: CelType,
): BinaryOp | undefined {
  if (left === 'int' && right === 'int') return `${names[op]}-int`
  if (left === 'double' && right === 'double' && op !== '%') return `${names[op]}-double`
  if (op !== '+') return undefined
  if (left === 'string' && right === 'string') return 'add-string'
  if (isListType(left) && isListType(right) && commonType(left, right)) return 'add-list'
  return undefined
}

const anyFix = 'Write int(…), double(…) or string(…) around what is of any type.'

function explainOperands(
  node: ArithmeticNode,
  left: CelType,
  right: CelType,
  checking: Checking,
): readonly [message: string, fix: string] {
  const [leftNode, rightNode] = node.args
  if (left === 'any' || right === 'any') {
    return [
      `\`${node.op}\` has to know the types of both sides, and one may be of any type.`,
      anyFix,
    ]
  }
  if (isNumber(left) && isNumber(right)) {
    if (left === right) return ['`%` is for integers.', 'Write int(…) around both sides.']
    const integer = left === 'int' ? leftNode : rightNode
    return [
      `\`${node.op}\` takes two integers or two doubles; \`${textOf(checking, integer)}\` is an integer and the other side is not.`,
      `Write ${asDouble(integer, checking)}.`,
    ]
  }
  if (node.op === '+' && (left === 'string' || right === 'string')) {
    const other = left === 'string' ? rightNode : leftNode
    return [
      `A string is joined to strings only; \`${textOf(checking, other)}\` is ${describeType(left === 'string' ? right : left)}.`,
      `Write string(${textOf(checking, other)}).`,
    ]
  }
  return [
    `\`${node.op}\` is not for ${describeType(left)} and ${describeType(right)}.`,
    node.op === '+' ? 'Add numbers, strings or lists.' : 'Write numbers.',
  ]
}

/** `2` is better written `2.0`; anything else is converted. */
export function asDouble(integer: ASTNode, checking: Checking): string {
  const text = textOf(checking, integer)
  return /^-?\d+$/.test(text) ? `\`${text}.0\`` : `\`double(${text})\``
}
