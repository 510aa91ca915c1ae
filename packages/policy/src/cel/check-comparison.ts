// `== != < <= > >=` and `in`.

import type { ASTNode } from '@marcbachmann/cel-js'
import {
  type CelType,
  describeType,
  isListType,
  isMapType,
  isNumber,
  sameType,
} from './cel-type.ts'
import { asDouble } from './check-arithmetic.ts'
import { checkNode } from './check-node.ts'
import { checkGroupMember } from './check-path.ts'
import { type Checking, type Node, report, stringLiteral, type Typed, textOf } from './checking.ts'
import type { BinaryOp } from './compiled-tree.ts'
import { didYouMean } from './did-you-mean.ts'

type EqualityNode = Node<'=='> | Node<'!='>
type OrderNode = Node<'<'> | Node<'<='> | Node<'>'> | Node<'>='>

const operators = {
  '==': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
} as const satisfies Record<string, BinaryOp>

const LEVELS = ['LOW', 'MEDIUM', 'HIGH']

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

interface Mistake {
  readonly message: string
  readonly fix: string
  /** The part of the comparison that it is about, if not all of it. */
  readonly node?: ASTNode
}

type Pair = readonly [left: CelType, right: CelType]

function explainEquality(node: EqualityNode, types: Pair, checking: Checking): Mistake | undefined {
  const [left, right] = types
  if (left === 'level' || right === 'level') return explainLevel(node, types)
  if (sameType(left, right)) return undefined
  if (isNumber(left) && isNumber(right)) {
    const integer = left === 'int' ? node.args[0] : node.args[1]
    return {
      message: `\`${node.op}\` compares one type; \`${textOf(checking, integer)}\` is an integer and the other side is a double.`,
      fix: `Write ${asDouble(integer, checking)}.`,
    }
  }
  if (left === 'null' || right === 'null') {
    return {
      message: `This is never null: it is ${describeType(left === 'null' ? right : left)}.`,
      fix: 'Write `has(…)` to ask whether it is there.',
    }
  }
  return {
    message: `\`${node.op}\` compares one type; these are ${describeType(left)} and ${describeType(right)}.`,
    fix: differentTypesFix(types),
  }
}

function differentTypesFix([left, right]: Pair): string {
  if (isListType(left) || isListType(right)) return 'Write `value in list` to look into a list.'
  return left === 'string' || right === 'string'
    ? 'Write quotes around strings, and none around numbers and booleans.'
    : 'Write two values of the same type.'
}

function explainOrder(node: OrderNode, types: Pair, checking: Checking): Mistake | undefined {
  const [left, right] = types
  if (left === 'level' || right === 'level') {
    return {
      message: 'Risk levels have no order in CEL: as strings, HIGH comes before LOW.',
      fix: 'Write `risk.level in ["MEDIUM", "HIGH"]`.',
    }
  }
  if (isNumber(left) && isNumber(right)) return undefined
  if (hasOrder(left) && hasOrder(right) && sameType(left, right)) return undefined
  if (isComparison(node.args[0])) {
    return {
      message: 'Comparisons do not chain.',
      fix: `Write \`a ${node.args[0].op} b && b ${node.op} c\`.`,
    }
  }
  return {
    message: `There is no order between ${describeType(left)} and ${describeType(right)}.`,
    fix: `Write two numbers or two strings on the sides of \`${textOf(checking, node)}\`.`,
  }
}

function explainMembership(node: Node<'in'>, types: Pair, checking: Checking): Mistake | undefined {
  const [left, right] = types
  const [leftNode, rightNode] = node.args
  if (left === 'level') return explainLevelIn(rightNode)
  if (right === 'any') return undefined
  if (isMapType(right) && sameType(left, 'string')) return undefined
  if (isListType(right) && sameType(left, right.list)) return undefined
  if (isListType(right)) {
    return {
      message: `\`${textOf(checking, leftNode)}\` is ${describeType(left)}, and this is ${describeType(right)}.`,
      fix: 'Write a list of the same type.',
    }
  }
  if (isMapType(right)) {
    return {
      message: `The keys of a map are strings; \`${textOf(checking, leftNode)}\` is ${describeType(left)}.`,
      fix: 'Write a string.',
    }
  }
  return right === 'string'
    ? {
        message: '`in` looks into lists and maps, not into strings.',
        fix: 'Write `text.contains("part")`.',
      }
    : {
        message: `\`in\` looks into lists and maps; this is ${describeType(right)}.`,
        fix: 'Write `[…]`.',
      }
}

function explainLevel(node: EqualityNode, [left, right]: Pair): Mistake | undefined {
  if (left === right) return undefined
  return explainLevelLiteral(left === 'level' ? node.args[1] : node.args[0])
}

function explainLevelIn(list: ASTNode): Mistake | undefined {
  if (list.op !== 'list') {
    return {
      message: 'A risk level is looked for in a list that is written out.',
      fix: 'Write `risk.level in ["MEDIUM", "HIGH"]`.',
      node: list,
    }
  }
  for (const item of list.args) {
    const mistake = explainLevelLiteral(item)
    if (mistake) return mistake
  }
  return undefined
}

function explainLevelLiteral(node: ASTNode): Mistake | undefined {
  const level = stringLiteral(node)
  if (level !== undefined && LEVELS.includes(level)) return undefined
  const meant = level === undefined ? undefined : didYouMean(level, LEVELS)
  return {
    message: 'A risk level is "LOW", "MEDIUM" or "HIGH".',
    fix: meant ? `Did you mean "${meant}"?` : 'Write one of them.',
    node,
  }
}

function hasOrder(type: CelType): boolean {
  return isNumber(type) || type === 'string' || type === 'bool' || type === 'any'
}

function isEquality(node: EqualityNode | OrderNode): node is EqualityNode {
  return node.op === '==' || node.op === '!='
}

function isComparison(node: ASTNode): node is EqualityNode | OrderNode {
  return Object.hasOwn(operators, node.op)
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
