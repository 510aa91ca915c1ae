// Whether the values that are tried for an atom stand for all that there are.
import type { Tree } from '../cel/expression-text.ts'

const COMPARISONS = ['eq', 'ne', 'lt', 'le', 'gt', 'ge']

/**
 * A fact by itself, compared with a constant, looked for in a list of constants, asked for a beginning, or searched for a
 * constant. For everything else (arithmetic, two facts, patterns, lists that are gone through) examples are tried.
 */
export function isListable(tree: Tree): boolean {
  switch (tree.op) {
    case 'fact':
    case 'has-fact':
      return true
    case 'starts-with':
      return isFact(tree.left) && isConstant(tree.right)
    case 'in':
      return (
        (isFact(tree.left) && isConstant(tree.right)) ||
        (isConstant(tree.left) && isFact(tree.right))
      )
    default: {
      if (!('left' in tree) || !COMPARISONS.includes(tree.op)) return false
      const { left, right } = tree
      const constant = isFact(left) ? right : isFact(right) ? left : undefined
      if (constant?.op !== 'literal') return false
      const { value } = constant
      const isOrder = tree.op !== 'eq' && tree.op !== 'ne'
      return isOrder ? typeof value === 'number' : typeof value !== 'object'
    }
  }
}

function isFact(tree: Tree): boolean {
  return tree.op === 'fact'
}

function isConstant(tree: Tree): boolean {
  return tree.op === 'literal'
}
