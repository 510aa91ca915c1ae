// What the parts of the checker share: the node at hand, its names, and where mistakes go.

import type { ASTNode, ASTOperator } from '@marcbachmann/cel-js'
import type { CelType } from './cel-type.ts'
import type { Expression, FactPath } from './compiled-tree.ts'
import type { ConditionProblem } from './condition-problem.ts'

/** A compiled node with its static type; undefined where a mistake in it has been reported. */
export type Typed = { readonly tree: Expression; readonly type: CelType } | undefined

export type Node<Op extends ASTOperator> = Extract<ASTNode, { readonly op: Op }>

/** The names that an expression may use. */
export interface Names {
  /** The fact that a path of constant keys begins with. */
  find(keys: readonly string[], use: 'read' | 'has' | 'in'): FoundName
  /** A group of facts, such as `resource`: no value by itself, but `"amount" in resource` may be asked. */
  isGroup(keys: readonly string[]): boolean
  /** Whether a comprehension's variable of this name would hide something. */
  isTaken(name: string): boolean
}

export type FoundName =
  | {
      readonly ok: true
      /** How many of the keys it took. */
      readonly taken: number
      readonly path: FactPath
      readonly type: CelType
    }
  | {
      readonly ok: false
      readonly message: string
      readonly fix: string
    }

export interface Checking {
  readonly source: string
  readonly names: Names
  /** The variable of the comprehension around the node. */
  readonly item?: { readonly name: string; readonly type: CelType }
  readonly depth: number
  readonly problems: ConditionProblem[]
}

/** Reports a mistake in the node. */
export function report(checking: Checking, node: ASTNode, message: string, fix: string): undefined {
  const found = textOf(checking, node)
  checking.problems.push({ message, found, fix, offset: node.start })
  return undefined
}

export function textOf(checking: Checking, node: ASTNode): string {
  const text = checking.source.slice(node.start, node.end)
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

export function stringLiteral(node: ASTNode): string | undefined {
  return node.op === 'value' && typeof node.args === 'string' ? node.args : undefined
}
