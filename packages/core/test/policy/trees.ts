// Short names for the parts of compiled trees.

import type {
  BinaryOp,
  Expression,
  FactPath,
  FactType,
  UnaryOp,
} from '../../src/policy/expression.ts'
import type { Json } from '../../src/ports/json.ts'

export const literal = (value: Json): Expression => ({ op: 'literal', value })

export const fact = (path: FactPath, type: FactType = 'any'): Expression => ({
  op: 'fact',
  path,
  type,
})

export const has = (path: FactPath, type: FactType = 'any'): Expression => ({
  op: 'has-fact',
  path,
  type,
})

export const signal = (code: string): Expression => fact(['signal', code], 'bool')

export const unary = (op: UnaryOp, of: Expression): Expression => ({ op, of })

export const binary = (op: BinaryOp, left: Expression, right: Expression): Expression => ({
  op,
  left,
  right,
})

export const and = (...args: Expression[]): Expression => ({ op: 'and', args })
export const or = (...args: Expression[]): Expression => ({ op: 'or', args })

export const choice = (test: Expression, yes: Expression, no: Expression): Expression => ({
  op: 'if',
  test,
  yes,
  no,
})

export const quantified = (
  op: 'all' | 'exists' | 'exists-one',
  over: Expression,
  test: Expression,
): Expression => ({ op, over, test })

export const item: Expression = { op: 'item' }
export const unknownFact: Expression = fact(['claim', 'level'])
