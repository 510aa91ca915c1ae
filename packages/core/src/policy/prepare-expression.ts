// An expression tree as closures. Each takes the source of the facts and answers with a value or with unknown.
import type { Json } from '../ports/json.ts'
import type { BinaryExpression, Expression, PatternProgram, UnaryExpression } from './expression.ts'
import { either, joined, quantified } from './logic.ts'
import { type BinaryOperator, binaryOperators, itemAt, unaryOperators } from './operators.ts'
import { preparePattern } from './prepare-pattern.ts'
import type { FactReaders, Run } from './run.ts'
import { isMap, UNKNOWN } from './value.ts'

/** @throws Error where the tree has an operator that this version does not know */
export function prepareExpression<Source>(
  tree: Expression,
  readers: FactReaders<Source>,
): Run<Source> {
  const prepare = (part: Expression): Run<Source> => prepareExpression(part, readers)
  switch (tree.op) {
    case 'literal':
      return () => tree.value
    case 'fact':
      return readers.read(tree.path, tree.type)
    case 'has-fact':
      return readers.has(tree.path, tree.type)
    case 'item':
      return (_source, _risk, item) => item
    case 'list':
      return listOf(tree.items.map(prepare))
    case 'map':
      return mapOf(tree.entries.map(([key, of]) => [key, prepare(of)]))
    case 'and':
      return joined(tree.args.map(prepare), false)
    case 'or':
      return joined(tree.args.map(prepare), true)
    case 'if':
      return either(prepare(tree.test), prepare(tree.yes), prepare(tree.no))
    case 'select':
      return selected(prepare(tree.of), tree.key)
    case 'has':
      return hasKey(prepare(tree.of), tree.key)
    case 'matches':
      return matched(prepare(tree.of), tree.program)
    case 'all':
    case 'exists':
    case 'exists-one':
      return quantified(tree.op, prepare(tree.over), prepare(tree.test))
    default:
      return operated(tree, prepare)
  }
}

function listOf<Source>(items: readonly Run<Source>[]): Run<Source> {
  return (source, risk, item) => {
    const list: Json[] = []
    for (const run of items) {
      const value = run(source, risk, item)
      if (value === UNKNOWN) return UNKNOWN
      list.push(value)
    }
    return list
  }
}

/** Without a prototype: `__proto__` is a key like any other. */
function mapOf<Source>(entries: readonly (readonly [string, Run<Source>])[]): Run<Source> {
  return (source, risk, item) => {
    const map: Record<string, Json> = Object.create(null)
    for (const [key, run] of entries) {
      const value = run(source, risk, item)
      if (value === UNKNOWN) return UNKNOWN
      map[key] = value
    }
    return map
  }
}

function selected<Source>(of: Run<Source>, key: string): Run<Source> {
  return (source, risk, item) => itemAt(of(source, risk, item), key)
}

function hasKey<Source>(of: Run<Source>, key: string): Run<Source> {
  return (source, risk, item) => {
    const map = of(source, risk, item)
    return isMap(map) ? Object.hasOwn(map, key) : UNKNOWN
  }
}

function matched<Source>(of: Run<Source>, program: PatternProgram): Run<Source> {
  const matches = preparePattern(program)
  return (source, risk, item) => {
    const text = of(source, risk, item)
    return typeof text === 'string' ? matches(text) : UNKNOWN
  }
}

function operated<Source>(
  tree: UnaryExpression | BinaryExpression,
  prepare: (part: Expression) => Run<Source>,
): Run<Source> {
  if ('of' in tree) {
    const apply = operatorOf(unaryOperators, tree.op)
    const of = prepare(tree.of)
    return (source, risk, item) => {
      const value = of(source, risk, item)
      return value === UNKNOWN ? UNKNOWN : apply(value)
    }
  }
  const apply = operatorOf(binaryOperators, tree.op)
  const left = prepare(tree.left)
  if (tree.right.op === 'literal') return withLiteral(left, tree.right.value, apply)
  const right = prepare(tree.right)
  return (source, risk, item) => {
    const a = left(source, risk, item)
    if (a === UNKNOWN) return UNKNOWN
    const b = right(source, risk, item)
    return b === UNKNOWN ? UNKNOWN : apply(a, b)
  }
}

/** What most conditions are made of: a fact beside a literal. */
function withLiteral<Source>(left: Run<Source>, literal: Json, apply: BinaryOperator): Run<Source> {
  return (source, risk, item) => {
    const value = left(source, risk, item)
    return value === UNKNOWN ? UNKNOWN : apply(value, literal)
  }
}

function operatorOf<Op extends string, Apply>(table: Readonly<Record<Op, Apply>>, op: Op): Apply {
  // the tree comes from the feed: another version may have written it
  if (!Object.hasOwn(table, op)) throw new Error(`Unknown operator in a compiled condition: ${op}`)
  return table[op]
}
