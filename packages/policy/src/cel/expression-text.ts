// A compiled expression as CEL again: how coverage and comparisons name a part of a condition.
import type { Condition } from '@countersign/core'

export type Tree = Condition['tree']

const INFIX: Readonly<Record<string, string>> = {
  ...{ eq: '==', ne: '!=', lt: '<', le: '<=', gt: '>', ge: '>=', in: 'in' },
  ...{ 'add-int': '+', 'subtract-int': '-', 'multiply-int': '*', 'divide-int': '/' },
  ...{ 'modulo-int': '%', 'add-double': '+', 'subtract-double': '-', 'multiply-double': '*' },
  ...{ 'divide-double': '/', 'add-string': '+', 'add-list': '+' },
}
const METHODS: Readonly<Record<string, string>> = {
  'starts-with': 'startsWith',
  'ends-with': 'endsWith',
  contains: 'contains',
}
const CALLS: Readonly<Record<string, string>> = {
  'to-int': 'int',
  'to-double': 'double',
  'to-string': 'string',
  'int-to-string': 'string',
  size: 'size',
}

/** Means the same, and need not be written the same: constants are folded, a comprehension's variable is `item`. */
export function expressionText(tree: Tree): string {
  switch (tree.op) {
    case 'literal':
      return JSON.stringify(tree.value)
    case 'fact':
      return factText(tree.path)
    case 'has-fact':
      return `has(${factText(tree.path)})`
    case 'item':
      return 'item'
    case 'list':
      return `[${tree.items.map(expressionText).join(', ')}]`
    case 'map':
      return `{${tree.entries.map(([key, value]) => `${JSON.stringify(key)}: ${expressionText(value)}`).join(', ')}}`
    case 'and':
      return tree.args.map(operand).join(' && ')
    case 'or':
      return tree.args.map(operand).join(' || ')
    case 'if':
      return `${operand(tree.test)} ? ${operand(tree.yes)} : ${operand(tree.no)}`
    case 'select':
      return `${operand(tree.of)}${keyText(tree.key)}`
    case 'has':
      return `has(${operand(tree.of)}${keyText(tree.key)})`
    case 'matches':
      return `${operand(tree.of)}.matches(${JSON.stringify(tree.pattern)})`
    case 'all':
    case 'exists':
    case 'exists-one': {
      const name = tree.op === 'exists-one' ? 'exists_one' : tree.op
      return `${operand(tree.over)}.${name}(item, ${expressionText(tree.test)})`
    }
    default:
      return 'of' in tree ? unaryText(tree.op, tree.of) : binaryText(tree.op, tree.left, tree.right)
  }
}

function unaryText(op: string, of: Tree): string {
  const call = CALLS[op]
  if (call !== undefined) return `${call}(${expressionText(of)})`
  return `${op === 'not' ? '!' : '-'}${operand(of)}`
}

function binaryText(op: string, left: Tree, right: Tree): string {
  if (op === 'index') return `${operand(left)}[${expressionText(right)}]`
  const method = METHODS[op]
  if (method !== undefined) return `${operand(left)}.${method}(${expressionText(right)})`
  return `${operand(left)} ${INFIX[op] ?? op} ${operand(right)}`
}

function factText([group, name = '']: readonly [string, string?]): string {
  switch (group) {
    case 'resource':
      return `resource${keyText(name)}`
    case 'claim':
      return `subject.claims${keyText(name)}`
    case 'signal':
      return `${JSON.stringify(name)} in signals`
    case 'variable':
      return name
    default:
      return group
  }
}

function keyText(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
}

/** In brackets where it would come apart. */
function operand(tree: Tree): string {
  const text = expressionText(tree)
  const loose =
    ['and', 'or', 'if'].includes(tree.op) ||
    ('left' in tree && INFIX[tree.op] !== undefined) ||
    (tree.op === 'fact' && tree.path[0] === 'signal')
  return loose ? `(${text})` : text
}
