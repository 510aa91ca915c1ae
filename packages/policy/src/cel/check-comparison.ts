// `== != < <= > >=` and `in`.
import { checkNode } from './check-node.ts'
import { checkGroupMember } from './check-path.ts'
import { type Checking, type Node, report, type Typed } from './checking.ts'
import type { BinaryOp } from './compiled-tree.ts'
import {
  type EqualityNode,
  explainEquality,
  explainMembership,
  explainOrder,
  isComparison,
  isEquality,
  type OrderNode,
} from './explain-comparison.ts'

const operators = {
  '==': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
} as const satisfies Record<string, BinaryOp>

export function checkComparison(node: EqualityNode | OrderNode, checking: Checking): Typed {
  const [leftNode, rightNode] = node.args
  const left = checkNode(leftNode, checking)
  const right = checkNode(rightNode, checking)
  if (left === undefined || right === undefined) return undefined
  if (isAmbiguous(node, checking)) {
    return report(
      checking,
      node,
      'CEL would compare this from left to right.',
      'Write parentheses.',
    )
  }
  const types = [left.type, right.type] as const
  const mistake = isEquality(node)
    ? explainEquality(node, types, checking)
    : explainOrder(node, types, checking)
  if (mistake) return report(checking, mistake.node ?? node, mistake.message, mistake.fix)
  return { tree: { op: operators[node.op], left: left.tree, right: right.tree }, type: 'bool' }
}

export function checkMembership(node: Node<'in'>, checking: Checking): Typed {
  const member = checkGroupMember(node, checking)
  if (member) return member.typed
  const [leftNode, rightNode] = node.args
  const left = checkNode(leftNode, checking)
  const right = checkNode(rightNode, checking)
  if (left === undefined || right === undefined) return undefined
  const mistake = explainMembership(node, [left.type, right.type], checking)
  if (mistake) return report(checking, mistake.node ?? node, mistake.message, mistake.fix)
  return { tree: { op: 'in', left: left.tree, right: right.tree }, type: 'bool' }
}

/**
 * CEL gives all comparisons one precedence; the parser binds `==` weaker than `<` and `in`. `a == b < c` would mean
 * two things, so without parentheses it is refused.
 */
function isAmbiguous(node: EqualityNode | OrderNode, checking: Checking): boolean {
  const [left, right] = node.args
  if (!isEquality(node) || (!isComparison(right) && right.op !== 'in')) return false
  const between = checking.source.slice(left.end, right.start).replace(/\/\/[^\n]*/g, '')
  return !between.includes('(')
}
