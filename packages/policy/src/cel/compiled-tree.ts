// The parts of a compiled condition by name: core keeps them to itself, but for `Condition`.
import type { Condition } from '@countersign/core'

export type Expression = Condition['tree']

export type FactPath = Extract<Expression, { readonly op: 'fact' }>['path']
export type FactType = Extract<Expression, { readonly op: 'fact' }>['type']
export type BinaryOp = Extract<Expression, { readonly left: Expression }>['op']
export type ComprehensionOp = Extract<Expression, { readonly over: Expression }>['op']

export type PatternProgram = Extract<Expression, { readonly op: 'matches' }>['program']
export type PatternStep = PatternProgram[number]
export type PatternCheck = Extract<PatternStep, { readonly check: unknown }>['check']
