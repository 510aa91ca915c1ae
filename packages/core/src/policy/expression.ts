// The compiled form of a CEL expression, as plain JSON: packages/policy writes it, prepare-expression.ts runs it.
import type { Json } from '../ports/json.ts'

/**
 * Static types are settled when it is compiled: an operator that differs by type (`add-int`, `add-double`) is two
 * operators here. Numbers of no static type (claims) are doubles, as JSON is in CEL.
 */
export type Expression =
  /** A scalar, or a list of them. */
  | { readonly op: 'literal'; readonly value: Json }
  | { readonly op: 'fact'; readonly path: FactPath; readonly type: FactType }
  /** Whether the fact is known or absent. */
  | { readonly op: 'has-fact'; readonly path: FactPath; readonly type: FactType }
  /** The variable of the comprehension around it: they are not nested, so there is one. */
  | { readonly op: 'item' }
  | { readonly op: 'list'; readonly items: readonly Expression[] }
  | { readonly op: 'map'; readonly entries: readonly (readonly [string, Expression])[] }
  | { readonly op: 'and' | 'or'; readonly args: readonly Expression[] }
  | {
      readonly op: 'if'
      readonly test: Expression
      readonly yes: Expression
      readonly no: Expression
    }
  | { readonly op: 'select' | 'has'; readonly of: Expression; readonly key: string }
  | UnaryExpression
  | BinaryExpression
  | {
      readonly op: 'matches'
      readonly of: Expression
      readonly pattern: string
      readonly program: PatternProgram
    }
  | { readonly op: ComprehensionOp; readonly over: Expression; readonly test: Expression }

export interface UnaryExpression {
  readonly op: UnaryOp
  readonly of: Expression
}

export interface BinaryExpression {
  readonly op: BinaryOp
  readonly left: Expression
  readonly right: Expression
}

export type UnaryOp =
  | 'not'
  | 'negate-int'
  | 'negate-double'
  | 'size'
  | 'to-int'
  | 'to-double'
  | 'to-string'
  | 'int-to-string'

export type ComparisonOp = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge'

export type BinaryOp =
  | ComparisonOp
  | 'in'
  | 'index'
  | 'add-int'
  | 'subtract-int'
  | 'multiply-int'
  | 'divide-int'
  | 'modulo-int'
  | 'add-double'
  | 'subtract-double'
  | 'multiply-double'
  | 'divide-double'
  | 'add-string'
  | 'add-list'
  | 'starts-with'
  | 'ends-with'
  | 'contains'

export type ComprehensionOp = 'all' | 'exists' | 'exists-one'

/** `variable` is a binding of an expression that is no condition. */
export type FactPath =
  | readonly ['resource' | 'claim' | 'signal' | 'variable', string]
  | readonly [PlainFact]

export type PlainFact =
  | 'action'
  | 'subject.id'
  | 'session.id'
  | 'device.id'
  | 'device.trusted'
  | 'address'
  | 'risk.level'

/** A value of another type is unknown; `any` lets every JSON value through. */
export type FactType = 'bool' | 'int' | 'double' | 'string' | 'any'

/** A regular expression as the program of a finite automaton: it starts at step 0 and goes on to the next step. */
export type PatternProgram = readonly PatternStep[]

export type PatternStep =
  /** Reads one code point in one of the ranges: first, last, first, last, … in order. */
  | { readonly read: readonly number[] }
  /** Goes on at both steps. */
  | { readonly fork: readonly [number, number] }
  | { readonly jump: number }
  /** Goes on only here. Words are ASCII, lines end at `\n`. */
  | { readonly check: PatternCheck }
  | { readonly accept: true }

export type PatternCheck =
  | 'text-start'
  | 'text-end'
  | 'line-start'
  | 'line-end'
  | 'word-edge'
  | 'no-word-edge'
