import { describe, expect, test } from 'vitest'
import type { Expression, PatternProgram } from '../../src/policy/expression.ts'
import type { Facts, Truth } from '../../src/policy/facts.ts'
import { prepareCondition } from '../../src/policy/prepare-condition.ts'
import type { Risk } from '../../src/policy/risk.ts'
import { absent, conditionOf, known, sampleFacts, sampleRisk, unknown } from './sample-facts.ts'
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
  unknownFact,
} from './trees.ts'

const yes = literal(true)
const no = literal(false)

function truthOf(tree: Expression, facts: Facts = sampleFacts, risk?: Risk): Truth {
  return prepareCondition(conditionOf(tree))(facts, risk)
}

interface Case {
  readonly name: string
  readonly tree: Expression
  readonly truth: Truth
}

const equals = (left: Expression, value: string | number | boolean | null): Expression =>
  binary('eq', left, literal(value))

describe('facts', () => {
  const cases: readonly Case[] = [
    { name: 'action', tree: equals(fact(['action']), 'transfer.create'), truth: 'true' },
    { name: 'subject.id', tree: equals(fact(['subject.id']), 'bob'), truth: 'false' },
    { name: 'session.id', tree: equals(fact(['session.id']), 's1'), truth: 'true' },
    { name: 'address', tree: equals(fact(['address']), '192.0.2.1'), truth: 'true' },
    { name: 'device.id', tree: equals(fact(['device.id']), 'd1'), truth: 'true' },
    { name: 'device.trusted', tree: fact(['device.trusted'], 'bool'), truth: 'true' },
    { name: 'an attribute', tree: equals(fact(['resource', 'amount'], 'int'), 30), truth: 'true' },
    {
      name: 'an attribute of another type than declared',
      tree: equals(fact(['resource', 'payee'], 'int'), 30),
      truth: 'unknown',
    },
    {
      name: 'a fraction where an integer is declared',
      tree: equals(fact(['resource', 'rate'], 'int'), 0),
      truth: 'unknown',
    },
    {
      name: 'an attribute that the facts lack',
      tree: equals(fact(['resource', 'note'], 'string'), 'x'),
      truth: 'unknown',
    },
    {
      name: 'an attribute that a prototype has',
      tree: has(['resource', 'constructor']),
      truth: 'unknown',
    },
    { name: 'a known claim is there', tree: has(['claim', 'roles']), truth: 'true' },
    { name: 'an absent claim is not there', tree: has(['claim', 'email']), truth: 'false' },
    { name: 'an unknown claim may be there', tree: has(['claim', 'level']), truth: 'unknown' },
    { name: 'a claim that the facts lack', tree: has(['claim', 'other']), truth: 'unknown' },
    {
      name: 'the value of an absent claim is an error',
      tree: binary('ne', fact(['claim', 'email']), literal('x')),
      truth: 'unknown',
    },
    { name: 'a present signal', tree: signal('present'), truth: 'true' },
    { name: 'an absent signal', tree: signal('absent'), truth: 'false' },
    { name: 'an unjudged signal', tree: signal('unjudged'), truth: 'unknown' },
    { name: 'an unknown signal', tree: signal('unknown'), truth: 'unknown' },
    { name: 'a signal that the facts lack', tree: signal('other'), truth: 'unknown' },
    { name: 'a signal that a prototype has', tree: signal('toString'), truth: 'unknown' },
  ]
  test.each(cases)('$name', ({ tree, truth }) => expect(truthOf(tree)).toBe(truth))

  test.each([
    { is: 'known', truth: 'true' },
    { is: 'absent', truth: 'false' },
    { is: 'unknown', truth: 'unknown' },
  ] as const)('a device that is $is', ({ is, truth }) => {
    const device = is === 'known' ? sampleFacts.device : is === 'absent' ? absent : unknown
    const facts = { ...sampleFacts, device }
    expect(truthOf(fact(['device.trusted'], 'bool'), facts)).toBe(truth)
    expect(truthOf(has(['device.id']), facts)).toBe(truth)
    expect(truthOf(has(['device.trusted']), facts)).toBe(is === 'unknown' ? 'unknown' : 'true')
    const expected = is === 'known' ? 'true' : 'unknown'
    expect(truthOf(equals(fact(['device.id']), 'd1'), facts)).toBe(expected)
  })

  test.each([
    { name: 'known', risk: sampleRisk(known('HIGH')), truth: 'true' },
    { name: 'another', risk: sampleRisk(known('LOW')), truth: 'false' },
    { name: 'unknown', risk: sampleRisk(unknown), truth: 'unknown' },
    { name: 'not worked out', risk: undefined, truth: 'unknown' },
  ] as const)('a risk level that is $name', ({ risk, truth }) => {
    expect(truthOf(equals(fact(['risk.level']), 'HIGH'), sampleFacts, risk)).toBe(truth)
  })
})

describe('logic is settled without an unknown part where it can be, in any order', () => {
  const u = unknownFact
  const roles = fact(['claim', 'roles'])
  const cases: readonly Case[] = [
    { name: 'false && unknown', tree: and(no, u), truth: 'false' },
    { name: 'unknown && false', tree: and(u, no), truth: 'false' },
    { name: 'true && unknown', tree: and(yes, u), truth: 'unknown' },
    { name: 'unknown && true && true', tree: and(u, yes, yes), truth: 'unknown' },
    { name: 'true || unknown', tree: or(yes, u), truth: 'true' },
    { name: 'unknown || true', tree: or(u, yes), truth: 'true' },
    { name: 'unknown || false', tree: or(u, no), truth: 'unknown' },
    { name: 'a string && false', tree: and(literal('x'), no), truth: 'false' },
    { name: 'a string && true', tree: and(literal('x'), yes), truth: 'unknown' },
    { name: '!unknown', tree: unary('not', u), truth: 'unknown' },
    { name: '!"x"', tree: unary('not', literal('x')), truth: 'unknown' },
    { name: 'unknown ? true : false', tree: choice(u, yes, no), truth: 'unknown' },
    { name: 'unknown ? true : true', tree: choice(u, yes, yes), truth: 'true' },
    { name: 'unknown ? unknown : unknown', tree: choice(u, u, u), truth: 'unknown' },
    { name: 'true ? false : unknown', tree: choice(yes, no, u), truth: 'false' },
    {
      name: 'exists, with an unknown item before the one that holds',
      tree: quantified('exists', roles, or(and(equals(item, 'admin'), u), equals(item, 'auditor'))),
      truth: 'true',
    },
    {
      name: 'exists, with an unknown item and none that holds',
      tree: quantified('exists', roles, and(equals(item, 'admin'), u)),
      truth: 'unknown',
    },
    {
      name: 'all, with an unknown item before the one that fails',
      tree: quantified('all', roles, and(or(equals(item, 'auditor'), u), equals(item, 'admin'))),
      truth: 'false',
    },
    {
      name: 'exists_one, with an unknown item beside the one',
      tree: quantified('exists-one', roles, or(equals(item, 'admin'), u)),
      truth: 'unknown',
    },
    {
      name: 'exists_one, found',
      tree: quantified('exists-one', roles, equals(item, 'admin')),
      truth: 'true',
    },
    { name: 'all over nothing', tree: quantified('all', literal([]), u), truth: 'true' },
    { name: 'exists over the unknown', tree: quantified('exists', u, yes), truth: 'unknown' },
    {
      name: 'exists over a string',
      tree: quantified('exists', literal('x'), yes),
      truth: 'unknown',
    },
    {
      name: 'exists over the keys of a map',
      tree: quantified('exists', fact(['claim', 'org']), equals(item, 'plan')),
      truth: 'true',
    },
    {
      name: 'exists over more items than the bound',
      tree: quantified('exists', literal(Array(1_001).fill(1)), yes),
      truth: 'unknown',
    },
  ]
  test.each(cases)('$name', ({ tree, truth }) => expect(truthOf(tree)).toBe(truth))
})

describe('values', () => {
  const MAX = Number.MAX_SAFE_INTEGER
  const org = fact(['claim', 'org'])
  const select = (key: string): Expression => ({ op: 'select', of: org, key })
  const cases: readonly Case[] = [
    { name: 'a field of a claim', tree: equals(select('plan'), 'pro'), truth: 'true' },
    { name: 'a field that is missing', tree: equals(select('x'), 'pro'), truth: 'unknown' },
    {
      name: 'a field of the prototype',
      tree: { op: 'has', of: org, key: 'constructor' },
      truth: 'false',
    },
    { name: 'a field that is there', tree: { op: 'has', of: org, key: 'seats' }, truth: 'true' },
    {
      name: 'has on a string',
      tree: { op: 'has', of: literal('x'), key: 'length' },
      truth: 'unknown',
    },
    {
      name: 'an item of a list',
      tree: equals(binary('index', fact(['claim', 'roles']), literal(1)), 'auditor'),
      truth: 'true',
    },
    {
      name: 'the length of a list is no item',
      tree: binary('eq', binary('index', fact(['claim', 'roles']), literal('length')), literal(2)),
      truth: 'unknown',
    },
    {
      name: 'an item beyond the list',
      tree: equals(binary('index', fact(['claim', 'roles']), literal(2)), 'x'),
      truth: 'unknown',
    },
    {
      name: 'in a list',
      tree: binary('in', literal('admin'), fact(['claim', 'roles'])),
      truth: 'true',
    },
    { name: 'in a map', tree: binary('in', literal('plan'), org), truth: 'true' },
    { name: 'in a string', tree: binary('in', literal('a'), literal('abc')), truth: 'unknown' },
    {
      name: 'lists by value',
      tree: binary('eq', literal([1, [2]]), literal([1, [2]])),
      truth: 'true',
    },
    {
      name: 'maps by value',
      tree: binary('eq', org, {
        op: 'map',
        entries: [
          ['seats', literal(3)],
          ['plan', literal('pro')],
        ],
      }),
      truth: 'true',
    },
    {
      name: 'a map with the key __proto__',
      tree: {
        op: 'has',
        of: { op: 'map', entries: [['__proto__', literal(1)]] },
        key: '__proto__',
      },
      truth: 'true',
    },
    { name: 'a string and a number', tree: binary('eq', literal('1'), literal(1)), truth: 'false' },
    {
      name: 'order of a string and a number',
      tree: binary('lt', literal('1'), literal(2)),
      truth: 'unknown',
    },
    {
      name: 'strings by code point, not by UTF-16 unit',
      tree: binary('lt', literal('\uffff'), literal('\u{10000}')),
      truth: 'true',
    },
    {
      name: 'size in code points',
      tree: binary('eq', unary('size', literal('a😀')), literal(2)),
      truth: 'true',
    },
    {
      name: 'size of a number',
      tree: binary('eq', unary('size', literal(1)), literal(1)),
      truth: 'unknown',
    },
    {
      name: 'integer division truncates',
      tree: equals(binary('divide-int', literal(-7), literal(2)), -3),
      truth: 'true',
    },
    {
      name: 'the remainder has the sign of the dividend',
      tree: equals(binary('modulo-int', literal(-7), literal(2)), -1),
      truth: 'true',
    },
    {
      name: 'integer division by zero',
      tree: equals(binary('divide-int', literal(1), literal(0)), 0),
      truth: 'unknown',
    },
    {
      name: 'remainder by zero',
      tree: equals(binary('modulo-int', literal(1), literal(0)), 0),
      truth: 'unknown',
    },
    {
      name: 'division of large integers is exact',
      tree: equals(binary('divide-int', literal(MAX), literal(2)), (MAX - 1) / 2),
      truth: 'true',
    },
    {
      name: 'sum beyond the safe integers',
      tree: binary('gt', binary('add-int', literal(MAX), literal(1)), literal(0)),
      truth: 'unknown',
    },
    {
      name: 'product beyond the safe integers',
      tree: binary('gt', binary('multiply-int', literal(MAX), literal(MAX)), literal(0)),
      truth: 'unknown',
    },
    {
      name: 'an integer has no negative zero',
      tree: binary(
        'gt',
        binary(
          'divide-double',
          literal(1),
          unary('to-double', binary('multiply-int', literal(0), literal(-1))),
        ),
        literal(0),
      ),
      truth: 'true',
    },
    {
      name: 'doubles divide by zero',
      tree: binary('gt', binary('divide-double', literal(1), literal(0)), literal(1e300)),
      truth: 'true',
    },
    {
      name: 'NaN is not equal to itself',
      tree: binary(
        'eq',
        binary('divide-double', literal(0), literal(0)),
        binary('divide-double', literal(0), literal(0)),
      ),
      truth: 'false',
    },
    { name: 'int of a text', tree: equals(unary('to-int', literal('-12')), -12), truth: 'true' },
    {
      name: 'int of an empty text',
      tree: equals(unary('to-int', literal('')), 0),
      truth: 'unknown',
    },
    {
      name: 'int of a hexadecimal text',
      tree: equals(unary('to-int', literal('0x10')), 16),
      truth: 'unknown',
    },
    { name: 'int of a fraction', tree: equals(unary('to-int', literal(-1.9)), -1), truth: 'true' },
    {
      name: 'int of a huge number',
      tree: binary('gt', unary('to-int', literal(1e300)), literal(0)),
      truth: 'unknown',
    },
    {
      name: 'double of a text',
      tree: equals(unary('to-double', literal('1.5e1')), 15),
      truth: 'true',
    },
    {
      name: 'double of no number',
      tree: equals(unary('to-double', literal(' ')), 0),
      truth: 'unknown',
    },
    {
      name: 'string of a boolean',
      tree: equals(unary('to-string', literal(true)), 'true'),
      truth: 'true',
    },
    {
      name: 'string of any number',
      tree: equals(unary('to-string', literal(3)), '3'),
      truth: 'unknown',
    },
    {
      name: 'string of an integer',
      tree: equals(unary('int-to-string', literal(3)), '3'),
      truth: 'true',
    },
    {
      name: 'starts with',
      tree: binary('starts-with', literal('Zoë'), literal('Zo')),
      truth: 'true',
    },
    {
      name: 'contains on a list',
      tree: binary('contains', literal(['a']), literal('a')),
      truth: 'unknown',
    },
    {
      name: 'a list with an unknown item',
      tree: binary('in', literal(1), { op: 'list', items: [literal(1), unknownFact] }),
      truth: 'unknown',
    },
    { name: 'an answer that is no boolean', tree: literal('true'), truth: 'unknown' },
  ]
  test.each(cases)('$name', ({ tree, truth }) => expect(truthOf(tree)).toBe(truth))

  test('claims that are deeper than the stack are compared up to a bound', () => {
    const nested = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)
    const twin = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)
    const claims = { a: known(nested), b: known(twin) }
    const facts = { ...sampleFacts, subject: { id: 'alice', claims } }
    expect(truthOf(binary('eq', fact(['claim', 'a']), fact(['claim', 'b'])), facts)).toBe('unknown')
  })
})

describe('matches', () => {
  // ^(a|é)+$
  const program: PatternProgram = [
    { check: 'text-start' },
    { fork: [2, 4] },
    { read: [97, 97] },
    { jump: 5 },
    { read: [233, 233] },
    { fork: [1, 6] },
    { check: 'text-end' },
    { accept: true },
  ]
  const matches = (of: Expression): Expression => ({
    op: 'matches',
    of,
    pattern: '^(a|é)+$',
    program,
  })

  test.each([
    { text: 'aéa', truth: 'true' },
    { text: 'ab', truth: 'false' },
    { text: '', truth: 'false' },
    { text: 'a'.repeat(4_096), truth: 'true' },
    { text: 'a'.repeat(4_097), truth: 'unknown' },
  ] as const)('$truth', ({ text, truth }) => expect(truthOf(matches(literal(text)))).toBe(truth))

  test('what is no text is unknown', () => {
    expect(truthOf(matches(literal(1)))).toBe('unknown')
    expect(truthOf(matches(unknownFact))).toBe('unknown')
  })

  test.each([
    { broken: [], message: 'A compiled pattern has no end' },
    { broken: [{ read: [97, 97] }], message: 'A compiled pattern has no end' },
    { broken: [{ jump: 9 }, { accept: true }], message: 'goes on outside of itself at step 0' },
    { broken: [{ fork: [1, -1] }, { accept: true }], message: 'goes on outside of itself' },
    { broken: [{ check: 'x' }, { accept: true }], message: 'Unknown step in a compiled pattern' },
  ])('a program that is broken is refused: $message', ({ broken, message }) => {
    const tree = { op: 'matches', of: yes, pattern: '', program: broken } as unknown as Expression
    expect(() => truthOf(tree)).toThrow(message)
  })
})

describe('a tree of another version is refused', () => {
  test('an operator', () => {
    const tree = { op: 'constructor', of: yes } as unknown as Expression
    expect(() => truthOf(tree)).toThrow('Unknown operator in a compiled condition: constructor')
  })

  test('a fact', () => {
    const tree = fact(['variable', 'x'])
    expect(() => truthOf(tree)).toThrow('Unknown fact in a compiled condition: variable x')
  })
})
