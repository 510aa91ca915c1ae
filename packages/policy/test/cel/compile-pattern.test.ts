import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { preparePattern } from '../../../core/src/policy/prepare-pattern.ts'
import { UNKNOWN } from '../../../core/src/policy/value.ts'
import { compilePattern } from '../../src/cel/compile-pattern.ts'

function found(pattern: string, text: string): boolean | typeof UNKNOWN {
  const compiled = compilePattern(pattern)
  if (!compiled.ok) throw new Error(compiled.message)
  // as the feed carries it
  return preparePattern(JSON.parse(JSON.stringify(compiled.program)))(text)
}

describe('a pattern is found where RE2 finds it', () => {
  test.each([
    ['', '', true],
    ['', 'a', true],
    ['b', 'abc', true],
    ['^b', 'abc', false],
    ['^abc$', 'abc', true],
    ['^abc$', 'abc\n', false],
    ['^b', 'a\nb', false],
    ['(?m)^b$', 'a\nb\nc', true],
    ['\\Ab\\z', 'b', true],
    ['a.c', 'a\nc', false],
    ['(?s)a.c', 'a\nc', true],
    ['^.$', '😀', true],
    ['^.$', '\u2028', true],
    ['^[😀-😂]$', '😁', true],
    ['^[^a]$', '😀', true],
    ['^a{2,3}$', 'a', false],
    ['^a{2,3}$', 'aaa', true],
    ['^a{2,3}$', 'aaaa', false],
    ['^a{2}$', 'aa', true],
    ['^a{2,}$', 'aaaaa', true],
    ['^a{0}$', '', true],
    ['^a{,2}$', 'a{,2}', true],
    ['^a{x$', 'a{x', true],
    ['^(a|bc)*$', 'abcbca', true],
    ['^(?:a|)+$', 'aaa', true],
    ['^(a*)*$', 'b', false],
    ['^(?P<year>\\d{4})-(?<month>\\d\\d)$', '2027-03', true],
    ['^a+?$', 'aaa', true],
    ['^\\d+$', '٣', false],
    ['^\\w+$', 'a_9', true],
    ['^\\w+$', 'ä', false],
    ['^\\s$', '\v', false],
    ['^\\s$', '\t', true],
    ['^\\S\\D\\W$', 'aa-', true],
    ['\\bcat\\b', 'a cat!', true],
    ['\\bcat\\b', 'concat', false],
    ['\\Bcat', 'concat', true],
    ['^\\x41\\x{1F600}$', 'A😀', true],
    ['^\\.\\*\\[\\\\\\/\\ $', '.*[\\/ ', true],
    ['^[]a]+$', ']a', true],
    ['^[^]a]$', 'b', true],
    ['^[a-]+$', 'a-', true],
    ['^[\\d-]+$', '1-2', true],
    ['^[\\]]$', ']', true],
    ['^(?i:a)b$', 'Ab', true],
    ['^(?i:a)b$', 'AB', false],
    ['(?i)^[a-c]+$', 'ABC', true],
    ['(?i)^[^k]$', 'K', false],
    ['(?i)^k$', '\u212a', true],
    ['(?i)^s$', '\u017f', true],
    ['(?i)^\\W$', '\u212a', false],
    ['(?i)a(?-i)b', 'AB', false],
  ])('%j in %j: %s', (pattern, text, expected) => {
    expect(found(pattern, text)).toBe(expected)
  })
})

describe('what cannot run in linear time, or is no RE2, is refused in words', () => {
  test.each([
    ['(?=a)', 'lookahead and lookbehind are not admitted', 'Write two conditions, joined by `&&`.'],
    [
      '(?<!a)b',
      'lookahead and lookbehind are not admitted',
      'Write two conditions, joined by `&&`.',
    ],
    ['(a)\\1', 'back-references are not admitted', 'Write the repeated part out.'],
    ['\\k<a>', 'back-references are not admitted', 'Write the repeated part out.'],
    ['(?>a)', 'this kind of group is not admitted', 'Write `(…)` or `(?:…)`.'],
    ['a**', 'a repetition is repeated', 'Write a group: `(?:a*)+`.'],
    ['a++', 'a repetition is repeated', 'Write a group: `(?:a*)+`.'],
    ['*a', '`*` repeats nothing', 'Write `\\*` for the sign itself.'],
    ['a{3,2}', 'a repetition count is out of range', 'Write `{least,most}`.'],
    ['a{1001}', 'a repetition count is out of range', 'Write `{least,most}`.'],
    [
      '(a{50}){50}',
      'it needs more than 500 steps',
      'Write smaller counts, or `*` and `+` instead.',
    ],
    ['(a', 'a `(` is not closed', 'Write `\\(` for the sign itself.'],
    ['a)', 'there is a `)` without its `(`', 'Write `\\)` for the sign itself.'],
    ['[a', 'a `[` is not closed', 'Write `\\[` for the sign itself.'],
    ['[]', 'a `[` is not closed', 'Write `\\[` for the sign itself.'],
    ['[z-a]', 'a range in `[…]` is out of order', 'Write `[a-z]`, or `\\-` for the sign.'],
    ['[a-\\d]', 'a range in `[…]` is out of order', 'Write `[a-z]`, or `\\-` for the sign.'],
    ['[[:alpha:]]', 'classes like `[:alpha:]` are not admitted', 'Write `[a-zA-Z]`.'],
    ['\\pL', '`\\p` is not admitted', 'There are \\d'],
    ['a\\', 'it ends with a backslash', 'There are \\d'],
    ['(?U)a', 'the flag `U` is not admitted', 'There are `i`, `m` and `s`.'],
    ['(?i)ä', '`(?i)` is for ASCII letters', 'Write both cases out: `[äÄ]`.'],
    ['\\x{110000}', 'there is no such code point', 'Write at most \\x{10FFFF}.'],
    ['('.repeat(30) + ')'.repeat(30), 'its groups are too deep', 'Write fewer.'],
    ['a'.repeat(1_001), 'it is longer than 1000 characters', 'Write several shorter ones'],
  ])('%j', (pattern, message, fix) => {
    const compiled = compilePattern(pattern)
    if (compiled.ok) throw new Error(`${pattern} is admitted`)
    expect(compiled.message).toContain(`In the pattern: ${message}`)
    expect(compiled.fix).toContain(fix)
  })
})

describe('patterns run in linear time', () => {
  test.each(['^(a*)*b$', '^(a|a)*b$', '^(a|aa)+$b', '^(.*)*x{0,40}y$', '(x+x+)+y'])(
    '%s',
    (pattern) => {
      const text = 'a'.repeat(2_000) + 'x'.repeat(2_000)
      const before = performance.now()
      expect(found(pattern, text)).toBe(false)
      // a backtracking matcher takes longer than the universe has
      expect(performance.now() - before).toBeLessThan(2_000)
    },
  )

  test('a text that is too long is unknown', () => {
    expect(found('a', 'a'.repeat(4_096))).toBe(true)
    expect(found('a', 'a'.repeat(4_097))).toBe(UNKNOWN)
  })
})

describe('generated patterns', () => {
  const piece = fc.constantFrom(
    'a',
    'b',
    '😀',
    '[ab]',
    '[^a]',
    '\\d',
    '\\w',
    '[^\\n]',
    '\\b',
    '1',
    '_',
  )
  const { pattern } = fc.letrec<{ pattern: string }>((tie) => {
    const inner = tie('pattern')
    return {
      pattern: fc.oneof(
        { maxDepth: 4 },
        piece,
        fc.tuple(inner, inner).map(([a, b]) => `${a}${b}`),
        fc.tuple(inner, inner).map(([a, b]) => `(?:${a}|${b})`),
        fc
          .tuple(inner, fc.constantFrom('*', '+', '?', '{2}', '{0,2}', '{1,}', '*?'))
          .map(([a, count]) => `(${a})${count}`),
        inner.map((a) => `(?:^${a})`),
        inner.map((a) => `(?:${a}$)`),
      ),
    }
  })
  const text = fc.string({
    maxLength: 6,
    unit: fc.constantFrom('a', 'b', '1', '_', '-', '😀', '\n'),
  })

  test('are found where the platform finds them', () => {
    fc.assert(
      fc.property(pattern, text, (source, input) => {
        expect({ source, found: found(source, input) }).toEqual({
          source,
          found: new RegExp(source, 'u').test(input),
        })
      }),
      { numRuns: 3_000 },
    )
  })

  test('any text is a pattern or is refused, and never throws', () => {
    const sign = fc.constantFrom(...'ab^$.*+?{}[]()|\\-,:=!<>12PdwsbxQi😀')
    fc.assert(
      fc.property(fc.string({ unit: sign, maxLength: 12 }), (source) => {
        const compiled = compilePattern(source)
        if (compiled.ok) expect(typeof preparePattern(compiled.program)('ab1')).toBe('boolean')
        else expect(compiled.fix).not.toBe('')
      }),
      { numRuns: 3_000 },
    )
  })
})
