// Law 1 on conditions: taking a fact away never turns an answer around.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Expression } from '../../src/policy/expression.ts'
import type { Fact, Facts, Signal, TrustedDevice } from '../../src/policy/facts.ts'
import { prepareCondition } from '../../src/policy/prepare-condition.ts'
import type { Risk } from '../../src/policy/risk.ts'
import type { Json } from '../../src/ports/json.ts'
import { conditionOf, known, sampleFacts, sampleRisk, unknown } from './sample-facts.ts'
import {
  and,
  binary,
  choice,
  fact,
  has,
  item,
  literal,
  or,
  quantified,
  signal,
  unary,
} from './trees.ts'

const scalar = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom('', 'a', 'b'),
  fc.boolean(),
)
const json: fc.Arbitrary<Json> = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom('a', 'b'), scalar),
)

type Parts = { bool: Expression; int: Expression; any: Expression }

const trees = fc.letrec<Parts>((tie) => {
  const bool = tie('bool')
  const int = tie('int')
  const any = tie('any')
  const options = { maxDepth: 5 } as const
  const quantifier = fc.constantFrom('all' as const, 'exists' as const, 'exists-one' as const)
  const comparison = fc.constantFrom('eq', 'ne', 'lt', 'le', 'gt', 'ge', 'in' as const)
  const test = fc.oneof(
    any.map((other) => binary('eq', item, other)),
    bool.map((other) => or(binary('eq', item, literal('a')), other)),
    bool.map((other) => and(binary('lt', item, literal(1)), other)),
  )
  return {
    bool: fc.oneof(
      options,
      fc.boolean().map(literal),
      fc.constantFrom('x', 'y').map(signal),
      fc.constantFrom(
        has(['claim', 'c']),
        has(['resource', 'n'], 'int'),
        has(['device.id']),
        fact(['device.trusted'], 'bool'),
        binary('eq', fact(['risk.level'], 'string'), literal('HIGH')),
        binary('in', fact(['risk.level'], 'string'), literal(['LOW', 'MEDIUM'])),
        binary('starts-with', fact(['address'], 'string'), literal('192')),
        binary('ne', fact(['session.id'], 'string'), literal('s1')),
      ),
      fc.array(bool, { minLength: 2, maxLength: 3 }).map((args) => and(...args)),
      fc.array(bool, { minLength: 2, maxLength: 3 }).map((args) => or(...args)),
      bool.map((of) => unary('not', of)),
      fc.tuple(bool, bool, bool).map(([of, yes, no]) => choice(of, yes, no)),
      fc.tuple(comparison, any, any).map(([op, left, right]) => binary(op, left, right)),
      any.map((of): Expression => ({ op: 'has', of, key: 'a' })),
      fc.tuple(quantifier, any, test).map(([op, over, of]) => quantified(op, over, of)),
    ),
    int: fc.oneof(
      options,
      fc.integer({ min: -3, max: 3 }).map(literal),
      fc.constant(fact(['resource', 'n'], 'int')),
      fc
        .tuple(fc.constantFrom('add-int', 'divide-int', 'modulo-int' as const), int, int)
        .map(([op, left, right]) => binary(op, left, right)),
      any.map((of) => unary('size', of)),
      any.map((of) => unary('to-int', of)),
    ),
    any: fc.oneof(
      options,
      json.map(literal),
      fc.constantFrom(
        fact(['claim', 'c']),
        fact(['claim', 'd']),
        fact(['resource', 's'], 'string'),
      ),
      int,
      bool,
      any.map((of): Expression => ({ op: 'select', of, key: 'a' })),
      fc.tuple(any, int).map(([left, right]) => binary('index', left, right)),
      fc.array(any, { maxLength: 2 }).map((items): Expression => ({ op: 'list', items })),
      fc.tuple(bool, any, any).map(([of, yes, no]) => choice(of, yes, no)),
    ),
  }
})

function factOf<T>(value: fc.Arbitrary<T>): fc.Arbitrary<Fact<T>> {
  const states: fc.Arbitrary<Fact<T>>[] = [value.map(known), fc.constant({ is: 'absent' } as const)]
  return fc.oneof(...states, fc.constant(unknown))
}

const signalFact: fc.Arbitrary<Signal> = fc
  .constantFrom('present', 'absent', 'unjudged', 'unknown' as const)
  .map((is) => ({ is, share: 1, until: 0 }))

const device: TrustedDevice = { id: 'd1', trustedAt: 0, usedAt: 0, activation: '1:1' }

interface Inputs {
  readonly facts: Facts
  readonly risk: Risk | undefined
}

const inputs: fc.Arbitrary<Inputs> = fc
  .record({
    n: factOf<Json>(fc.integer({ min: -3, max: 3 })),
    s: factOf<Json>(scalar),
    c: factOf(json),
    d: factOf(json),
    x: signalFact,
    y: signalFact,
    address: factOf(fc.constantFrom('192.0.2.1', '198.51.100.1')),
    session: factOf(fc.constantFrom('s1', 's2')),
    device: factOf(fc.constant(device)),
    level: factOf(fc.constantFrom('LOW', 'MEDIUM', 'HIGH' as const)),
  })
  .map(({ n, s, c, d, x, y, address, session, device, level }) => ({
    facts: {
      ...sampleFacts,
      resource: { n, s },
      subject: { id: 'alice', claims: { c, d } },
      signals: { x, y },
      address,
      session: { id: session, factors: [] },
      device,
    },
    risk: sampleRisk(level),
  }))

const unjudged: Signal = { is: 'unjudged', share: 0, until: 0 }

/** Each takes one input away. */
const spoilers: readonly ((inputs: Inputs) => Inputs)[] = [
  ({ facts, risk }) => ({ facts: { ...facts, address: unknown }, risk }),
  ({ facts, risk }) => ({ facts: { ...facts, device: unknown }, risk }),
  ({ facts, risk }) => ({ facts: { ...facts, session: { id: unknown, factors: [] } }, risk }),
  ({ facts, risk }) => ({ facts: { ...facts, resource: { ...facts.resource, n: unknown } }, risk }),
  ({ facts, risk }) => ({ facts: { ...facts, resource: {} }, risk }),
  ({ facts, risk }) => ({
    facts: {
      ...facts,
      subject: { id: 'alice', claims: { ...facts.subject.claims, c: unknown } },
    },
    risk,
  }),
  ({ facts, risk }) => ({ facts: { ...facts, subject: { id: 'alice', claims: {} } }, risk }),
  ({ facts, risk }) => ({ facts: { ...facts, signals: { ...facts.signals, x: unjudged } }, risk }),
  ({ facts, risk }) => ({ facts: { ...facts, signals: {} }, risk }),
  ({ facts }) => ({ facts, risk: sampleRisk(unknown) }),
  ({ facts }) => ({ facts, risk: undefined }),
]

describe('unknown never helps', () => {
  test('taking facts away leaves the answer as it was, or makes it unknown', () => {
    const seen = { same: 0, unknown: 0 }
    fc.assert(
      fc.property(
        trees.bool,
        inputs,
        fc.subarray([...spoilers], { minLength: 1 }),
        (tree, before, spoil) => {
          const holds = prepareCondition(conditionOf(tree))
          const after = spoil.reduce((spoilt, take) => take(spoilt), before)
          const [was, is] = [holds(before.facts, before.risk), holds(after.facts, after.risk)]
          expect([was, 'unknown']).toContain(is)
          if (was !== 'unknown') seen[is === was ? 'same' : 'unknown']++
        },
      ),
      { numRuns: 5_000 },
    )
    // the trees and facts are such that both happen
    expect(seen.same).toBeGreaterThan(100)
    expect(seen.unknown).toBeGreaterThan(100)
  })

  test('an answer does not depend on what was asked before', () => {
    fc.assert(
      fc.property(trees.bool, inputs, inputs, (tree, one, other) => {
        const holds = prepareCondition(conditionOf(tree))
        const first = holds(one.facts, one.risk)
        holds(other.facts, other.risk)
        expect(holds(one.facts, one.risk)).toBe(first)
      }),
      { numRuns: 500 },
    )
  })
})
