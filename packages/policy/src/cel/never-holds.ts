// Whether a condition is true on no facts at all, by contradictions among its atoms. Silent wherever that is not sure.
import type { Json } from '@countersign/core'
import { expressionText, type Tree } from './expression-text.ts'

/** Atoms with the truth that each has to have. */
type Conjunction = readonly Literal[]
interface Literal {
  readonly atom: Tree
  readonly truth: boolean
}

/** Ways in which a condition can be true; with more it is not looked at. */
const MOST_WAYS = 500

/** Never true of a condition that some facts satisfy. What is not an atom over one fact and constants counts as free. */
export function neverHolds(tree: Tree): boolean {
  const ways = waysTo(tree, true)
  return ways?.every(isContradictory) ?? false
}

/** The disjunctive normal form; undefined where it is too large. */
function waysTo(tree: Tree, truth: boolean): readonly Conjunction[] | undefined {
  switch (tree.op) {
    case 'literal':
      return tree.value === truth ? [[]] : typeof tree.value === 'boolean' ? [] : undefined
    case 'not':
      return waysTo(tree.of, !truth)
    case 'and':
    case 'or': {
      const parts = tree.args.map((part) => waysTo(part, truth))
      return (tree.op === 'and') === truth ? allOf(parts) : anyOf(parts)
    }
    case 'if':
      return anyOf([
        allOf([waysTo(tree.test, true), waysTo(tree.yes, truth)]),
        allOf([waysTo(tree.test, false), waysTo(tree.no, truth)]),
      ])
    default:
      return [[{ atom: tree, truth }]]
  }
}

type Ways = readonly Conjunction[] | undefined

function anyOf(parts: readonly Ways[]): Ways {
  const all: Conjunction[] = []
  for (const ways of parts) {
    if (ways === undefined) return undefined
    all.push(...ways)
  }
  return all.length > MOST_WAYS ? undefined : all
}

function allOf(parts: readonly Ways[]): Ways {
  let all: Conjunction[] = [[]]
  for (const ways of parts) {
    if (ways === undefined || all.length * ways.length > MOST_WAYS) return undefined
    all = all.flatMap((before) => ways.map((way) => [...before, ...way]))
  }
  return all
}

function isContradictory(literals: Conjunction): boolean {
  const truths = new Map<string, boolean>()
  const facts = new Map<string, Demand[]>()
  for (const { atom, truth } of literals) {
    const text = expressionText(atom)
    if (truths.get(text) === !truth) return true
    truths.set(text, truth)
    const demand = demandOf(atom, truth)
    if (demand !== undefined) facts.set(demand.fact, [...(facts.get(demand.fact) ?? []), demand])
  }
  return [...facts.values()].some((demands) => !canMeet(demands))
}

interface Demand {
  readonly fact: string
  readonly op: 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge'
  readonly value: Scalar
}
type Scalar = string | number | boolean

const TURNED = { eq: 'eq', ne: 'ne', lt: 'gt', le: 'ge', gt: 'lt', ge: 'le' } as const
const NEGATED = { eq: 'ne', ne: 'eq', lt: 'ge', le: 'gt', gt: 'le', ge: 'lt' } as const

/** Of a fact compared with a constant: an order of numbers only. */
function demandOf(atom: Tree, truth: boolean): Demand | undefined {
  switch (atom.op) {
    case 'eq':
    case 'ne':
    case 'lt':
    case 'le':
    case 'gt':
    case 'ge': {
      const { left, right } = atom
      const turned = left.op === 'literal'
      const [fact, constant] = turned ? [right, left] : [left, right]
      if (fact.op !== 'fact' || constant.op !== 'literal') return undefined
      const straight = turned ? TURNED[atom.op] : atom.op
      const op = truth ? straight : NEGATED[straight]
      const { value } = constant
      if (!isScalar(value)) return undefined
      const isOrder = op !== 'eq' && op !== 'ne'
      if (isOrder && typeof value !== 'number') return undefined
      return { fact: expressionText(fact), op, value }
    }
    default:
      return undefined
  }
}

function isScalar(value: Json): value is Scalar {
  return ['string', 'number', 'boolean'].includes(typeof value)
}

/** An exact value decides; else only bounds can exclude each other. Gaps between integers are not looked into. */
function canMeet(demands: readonly Demand[]): boolean {
  const exact = demands.find(({ op }) => op === 'eq')
  if (exact !== undefined) return demands.every((demand) => meets(exact.value, demand))
  const low = demands.filter(({ op }) => op === 'gt' || op === 'ge')
  const high = demands.filter(({ op }) => op === 'lt' || op === 'le')
  return low.every((a) =>
    high.every((b) => a.value < b.value || (a.value === b.value && a.op === 'ge' && b.op === 'le')),
  )
}

function meets(found: Scalar, { op, value }: Demand): boolean {
  if (op === 'eq') return found === value
  if (op === 'ne') return found !== value
  // nothing but a number has an order with one
  if (typeof found !== 'number' || typeof value !== 'number') return false
  switch (op) {
    case 'lt':
      return found < value
    case 'le':
      return found <= value
    case 'gt':
      return found > value
    case 'ge':
      return found >= value
  }
}
