// `!`, `&&`, `||` and `?:`.

import type { ASTNode } from '@marcbachmann/cel-js'
import { type CelType, commonType, describeType } from './cel-type.ts'
import { checkNode } from './check-node.ts'
import { type Checking, type Node, report, type Typed } from './checking.ts'
import type { Expression } from './compiled-tree.ts'

export function checkNot(node: Node<'!_'>, checking: Checking): Typed {
  const of = checkBoolean(node.args, checking)
  return of && { tree: { op: 'not', of: of.tree }, type: 'bool' }
}

/** A chain of the same operator becomes one node. */
export function checkJunction(node: Node<'&&'> | Node<'||'>, checking: Checking): Typed {
  const parts = chainOf(node).map((part) => checkBoolean(part, checking))
  const args: Expression[] = []
  for (const part of parts) {
    if (part === undefined) return undefined
    args.push(part.tree)
  }
  return { tree: { op: node.op === '&&' ? 'and' : 'or', args }, type: 'bool' }
}

export function checkChoice(node: Node<'?:'>, checking: Checking): Typed {
  const test = checkBoolean(node.args[0], checking)
  const yes = checkNode(node.args[1], checking)
  const no = checkNode(node.args[2], checking)
  if (!test || !yes || !no) return undefined
  const type = commonType(yes.type, no.type)
  if (type === undefined) {
    const message = `Both sides of \`:\` have one type; these are ${describeType(yes.type)} and ${describeType(no.type)}.`
    return report(checking, node, message, 'Write two values of the same type.')
  }
  return { tree: { op: 'if', test: test.tree, yes: yes.tree, no: no.tree }, type }
}

/** True, false, or a claim that may be either. */
export function checkBoolean(node: ASTNode, checking: Checking): Typed {
  const typed = checkNode(node, checking)
  if (typed === undefined || isBoolean(typed.type)) return typed
  const message = `This is ${describeType(typed.type)}, where true or false is needed.`
  return report(checking, node, message, 'Compare it with something: `==`, `<`, `in`, …')
}

function isBoolean(type: CelType): boolean {
  return type === 'bool' || type === 'any'
}

function chainOf(node: Node<'&&'> | Node<'||'>): readonly ASTNode[] {
  const parts: ASTNode[] = []
  let rest: ASTNode = node
  while (rest.op === node.op) {
    const [left, right]: [ASTNode, ASTNode] = (rest as Node<'&&'>).args
    parts.push(right)
    rest = left
  }
  parts.push(rest)
  return parts.reverse()
}
