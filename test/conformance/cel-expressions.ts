// Generated expressions of the admitted subset, by type.
import fc from 'fast-check'
import { int, text } from './cel-values.ts'

export type Sources = {
  readonly bool: string
  readonly int: string
  readonly double: string
  readonly string: string
  readonly any: string
}

const quoted = text.map((value) => JSON.stringify(value))
const comparison = fc.constantFrom('<', '<=', '>', '>=', '==', '!=')
const join = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((all) => all.join(''))
const word = (value: string) => fc.constant(value)
const infix = (left: fc.Arbitrary<string>, op: fc.Arbitrary<string>, right: fc.Arbitrary<string>) =>
  join(word('('), left, word(' '), op, word(' '), right, word(')'))

/** A test that is never an error: an unknown one would be settled where both arms agree, which CEL has as an error. */
const totalTest = fc.constantFrom('b', '!b', 'i < 3', 's == t', 'd > 0.0')

export const expressions: fc.LetrecValue<Sources> = fc.letrec<Sources>((tie) => {
  const bool = tie('bool')
  const int_ = tie('int')
  const double_ = tie('double')
  const string = tie('string')
  const any = tie('any')
  const choice = <T extends string>(type: fc.Arbitrary<T>) =>
    join(word('('), totalTest, word(' ? '), type, word(' : '), type, word(')'))
  const options = { maxDepth: 4, depthSize: 'small' } as const
  const quantifier = fc.constantFrom('all', 'exists', 'exists_one')
  const quantified = (range: fc.Arbitrary<string>, ...tests: string[]) =>
    join(range, word('.'), quantifier, word('(x, '), fc.constantFrom(...tests), word(')'))
  return {
    bool: fc.oneof(
      options,
      fc.constantFrom('true', 'false', 'b'),
      infix(int_, comparison, int_),
      infix(double_, comparison, double_),
      infix(double_, fc.constantFrom('<', '<=', '>', '>='), int_),
      infix(string, comparison, string),
      infix(any, comparison, fc.oneof(int_, double_, string, any)),
      infix(bool, fc.constantFrom('&&', '||', '==', '!=', '<'), bool),
      infix(any, fc.constantFrom('&&', '||'), bool),
      join(word('!'), bool),
      infix(string, word('in'), join(word('["a", '), string, word(', "ab"]'))),
      infix(int_, word('in'), join(word('['), int_, word(', 3]'))),
      infix(fc.oneof(string, int_, any), word('in'), any),
      infix(string, word('in'), word('{"a": 1, "b": i}')),
      join(
        fc.oneof(string, any),
        word('.'),
        fc.constantFrom('startsWith', 'endsWith', 'contains'),
        word('('),
        string,
        word(')'),
      ),
      join(
        fc.oneof(string, any),
        fc.constantFrom('.matches("^a")', '.matches("b+$")', '.matches("^.$")'),
      ),
      fc.constantFrom(
        'has(m.a)',
        'has(m.b)',

        'has(m.constructor)',
      ),
      choice(bool),
      quantified(
        any,
        'x == i',
        'x == j',
        'x > 1',
        'x in k',
        'm[x] == 1',
        'b || x == 2',
        'size(x) > 1',
      ),
      quantified(fc.constantFrom('[1, 2, 3]', '[i, n]'), 'x == i', 'x > 1', 'x in k', '6 / x > 1'),
      quantified(fc.constantFrom('["a", s, t]', '{"a": 1}'), 'x == s', 'x in k', 'm[x] == 1'),
    ),
    int: fc.oneof(
      options,
      int.map(String),
      fc.constantFrom('i', 'n'),
      infix(int_, fc.constantFrom('+', '-', '*', '/', '%'), int_),
      join(word('-'), fc.constantFrom('i', 'n')),
      join(word('size('), fc.oneof(string, any), word(')')),
      join(word('int('), fc.oneof(double_, word('q')), word(')')),
      join(word('[7, 8]['), int_, word(']')),
      choice(int_),
    ),
    double: fc.oneof(
      options,
      fc.constantFrom('0.0', '1.5', '-2.25', '1e2', 'd'),
      infix(double_, fc.constantFrom('+', '-', '*', '/'), double_),
      join(word('-'), fc.constantFrom('d', '(d)')),
      join(word('double('), fc.oneof(int_, word('q')), word(')')),
      choice(double_),
    ),
    string: fc.oneof(
      options,
      quoted,
      fc.constantFrom('s', 't'),
      infix(string, word('+'), string),
      join(word('string('), fc.oneof(int_, bool), word(')')),
      choice(string),
    ),
    any: fc.oneof(
      options,
      fc.constantFrom('j', 'k', 'j.a', 'k.b', 'j["b"]', 'j.a.b', 'k.constructor', 'j[0]'),
      join(word('j['), fc.oneof(int_, string), word(']')),
    ),
  }
})
