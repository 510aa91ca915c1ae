// Comparisons that are wrong for the types of their sides, and what was probably meant.
import type { ASTNode } from '@marcbachmann/cel-js'
import { didYouMean } from '../problems/did-you-mean.ts'
import {
  type CelType,
  describeType,
  isListType,
  isMapType,
  isNumber,
  sameType,
} from './cel-type.ts'
import { asDouble } from './check-arithmetic.ts'
import { type Checking, type Node, stringLiteral, textOf } from './checking.ts'

export type EqualityNode = Node<'=='> | Node<'!='>
export type OrderNode = Node<'<'> | Node<'<='> | Node<'>'> | Node<'>='>

const comparisons = ['==', '!=', '<', '<=', '>', '>=']
const LEVELS = ['LOW', 'MEDIUM', 'HIGH']

export interface Mistake {
  readonly message: string
  readonly fix: string
  /** The part of the comparison that it is about, if not all of it. */
  readonly node?: ASTNode
}

type Pair = readonly [left: CelType, right: CelType]

export function explainEquality(
  node: EqualityNode,
  types: Pair,
  checking: Checking,
): Mistake | undefined {
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

export function explainOrder(
  node: OrderNode,
  types: Pair,
  checking: Checking,
): Mistake | undefined {
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

export function explainMembership(
  node: Node<'in'>,
  types: Pair,
  checking: Checking,
): Mistake | undefined {
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

export function isEquality(node: EqualityNode | OrderNode): node is EqualityNode {
  return node.op === '==' || node.op === '!='
}

export function isComparison(node: ASTNode): node is EqualityNode | OrderNode {
  return comparisons.includes(node.op)
}
