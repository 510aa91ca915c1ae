// The syntax of patterns: the part of RE2's that says which texts match, code point by code point.

import {
  ANY,
  DIGITS,
  foldCase,
  invert,
  NOT_NEWLINE,
  type Ranges,
  SPACE,
  unite,
  WORD,
} from './code-points.ts'
import type { PatternCheck } from './compiled-tree.ts'

export type PatternNode =
  | { readonly kind: 'read'; readonly ranges: Ranges }
  | { readonly kind: 'check'; readonly check: PatternCheck }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly PatternNode[] }
  | {
      readonly kind: 'repeat'
      readonly of: PatternNode
      readonly least: number
      readonly most: number
    }

/** What is wrong with a pattern. */
export class PatternError extends Error {
  readonly fix: string

  constructor(message: string, fix: string) {
    super(message)
    this.name = 'PatternError'
    this.fix = fix
  }
}

const MAX_PATTERN_LENGTH = 1_000
const MAX_GROUP_DEPTH = 20

/** @throws PatternError */
export function parsePattern(pattern: string): PatternNode {
  if (pattern.length > MAX_PATTERN_LENGTH) {
    throw new PatternError(
      `it is longer than ${MAX_PATTERN_LENGTH} characters.`,
      'Write several shorter ones, joined by `||`.',
    )
  }
  const reader = new Reader(pattern)
  const node = parseChoice(reader, { fold: false, dotAll: false, lines: false }, 0)
  if (!reader.done()) {
    throw new PatternError('there is a `)` without its `(`.', 'Write `\\)` for the sign itself.')
  }
  return node
}

interface Flags {
  readonly fold: boolean
  readonly dotAll: boolean
  readonly lines: boolean
}

class Reader {
  readonly #codes: readonly string[]
  #at = 0

  constructor(pattern: string) {
    this.#codes = [...pattern]
  }

  done(): boolean {
    return this.#at >= this.#codes.length
  }

  peek(): string {
    return this.#codes[this.#at] ?? ''
  }

  next(): string {
    return this.#codes[this.#at++] ?? ''
  }

  /** Takes what the expression matches here, if it does. */
  take(expression: RegExp): RegExpExecArray | undefined {
    const match = expression.exec(this.#codes.slice(this.#at, this.#at + 80).join(''))
    if (match === null || match.index !== 0) return undefined
    this.#at += [...match[0]].length
    return match
  }
}

function parseChoice(reader: Reader, outer: Flags, depth: number): PatternNode {
  if (depth > MAX_GROUP_DEPTH) throw new PatternError('its groups are too deep.', 'Write fewer.')
  const choices: PatternNode[] = []
  let flags = outer
  let parts: PatternNode[] = []
  while (!reader.done() && reader.peek() !== ')') {
    if (reader.take(/^\|/)) {
      choices.push({ kind: 'sequence', parts })
      parts = []
      continue
    }
    const switched = reader.take(/^\(\?([a-zA-Z-]*)\)/)
    if (switched) flags = changeFlags(flags, switched[1] ?? '')
    else parts.push(parseRepeat(reader, flags, depth))
  }
  choices.push({ kind: 'sequence', parts })
  return choices.length === 1 ? (choices[0] as PatternNode) : { kind: 'choice', parts: choices }
}

function parseRepeat(reader: Reader, flags: Flags, depth: number): PatternNode {
  const of = parseAtom(reader, flags, depth)
  const counts = takeCounts(reader)
  if (counts === undefined) return of
  // `?` behind it asks for the shortest match, which changes nothing about whether there is one
  reader.take(/^\?/)
  if (takeCounts(reader)) {
    throw new PatternError('a repetition is repeated.', 'Write a group: `(?:a*)+`.')
  }
  const [least, most] = counts
  if (least > most || least > 1000 || (most > 1000 && most !== Number.POSITIVE_INFINITY)) {
    throw new PatternError('a repetition count is out of range.', 'Write `{least,most}`.')
  }
  return { kind: 'repeat', of, least, most }
}

function takeCounts(reader: Reader): readonly [least: number, most: number] | undefined {
  if (reader.take(/^\*/)) return [0, Number.POSITIVE_INFINITY]
  if (reader.take(/^\+/)) return [1, Number.POSITIVE_INFINITY]
  if (reader.take(/^\?/)) return [0, 1]
  const counts = reader.take(/^\{(\d{1,6})(,?)(\d{0,6})\}/)
  if (counts === undefined) return undefined
  const least = Number(counts[1])
  if (!counts[2]) return [least, least]
  return [least, counts[3] ? Number(counts[3]) : Number.POSITIVE_INFINITY]
}

function parseAtom(reader: Reader, flags: Flags, depth: number): PatternNode {
  const sign = reader.next()
  switch (sign) {
    case '(':
      return parseGroup(reader, flags, depth)
    case '[':
      return read(parseClass(reader, flags))
    case '.':
      return { kind: 'read', ranges: flags.dotAll ? ANY : NOT_NEWLINE }
    case '^':
      return { kind: 'check', check: flags.lines ? 'line-start' : 'text-start' }
    case '$':
      return { kind: 'check', check: flags.lines ? 'line-end' : 'text-end' }
    case '*':
    case '+':
    case '?':
      throw new PatternError(
        `\`${sign}\` repeats nothing.`,
        `Write \`\\${sign}\` for the sign itself.`,
      )
    case '\\':
      return parseCheck(reader) ?? read(fold(parseEscape(reader), flags))
    default:
      return read(fold(single(sign), flags))
  }
}

function parseGroup(reader: Reader, flags: Flags, depth: number): PatternNode {
  let inner = flags
  if (reader.peek() === '?') {
    const named = reader.take(/^\?P?<[A-Za-z_]\w*>/)
    const flagged = named ? undefined : reader.take(/^\?([a-zA-Z-]*):/)
    if (flagged) inner = changeFlags(flags, flagged[1] ?? '')
    else if (!named) throw new PatternError(...lookaround(reader))
  }
  const node = parseChoice(reader, inner, depth + 1)
  if (reader.next() !== ')') {
    throw new PatternError('a `(` is not closed.', 'Write `\\(` for the sign itself.')
  }
  return node
}

function lookaround(reader: Reader): readonly [message: string, fix: string] {
  return reader.take(/^\?<?[=!]/)
    ? [
        'lookahead and lookbehind are not admitted: they cannot be run in linear time.',
        'Write two conditions, joined by `&&`.',
      ]
    : ['this kind of group is not admitted.', 'Write `(…)` or `(?:…)`.']
}

function changeFlags(flags: Flags, letters: string): Flags {
  const [on = '', off = ''] = letters.split('-')
  for (const letter of on + off) {
    if (!'ims'.includes(letter)) {
      throw new PatternError(
        `the flag \`${letter}\` is not admitted.`,
        'There are `i`, `m` and `s`.',
      )
    }
  }
  const pick = (letter: string, was: boolean) =>
    off.includes(letter) ? false : on.includes(letter) || was
  return {
    fold: pick('i', flags.fold),
    lines: pick('m', flags.lines),
    dotAll: pick('s', flags.dotAll),
  }
}

const checks: Readonly<Record<string, PatternCheck>> = {
  b: 'word-edge',
  B: 'no-word-edge',
  A: 'text-start',
  z: 'text-end',
}

function parseCheck(reader: Reader): PatternNode | undefined {
  const letter = reader.peek()
  const check = Object.hasOwn(checks, letter) ? checks[letter] : undefined
  if (check === undefined) return undefined
  reader.next()
  return { kind: 'check', check }
}

const sets: Readonly<Record<string, Ranges>> = {
  d: DIGITS,
  D: invert(DIGITS),
  w: WORD,
  W: invert(WORD),
  s: SPACE,
  S: invert(SPACE),
}

const controls: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 }

/** What stands behind a backslash, in a class or outside. */
function parseEscape(reader: Reader): Ranges {
  const hex = reader.take(/^x(?:\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{2}))/)
  if (hex) return codePoint(Number.parseInt(hex[1] ?? hex[2] ?? '', 16))
  const sign = reader.next()
  if (Object.hasOwn(sets, sign)) return sets[sign] as Ranges
  if (Object.hasOwn(controls, sign)) return codePoint(controls[sign] as number)
  if (/^[ -/:-@[-`{-~]$/.test(sign)) return single(sign)
  if (/^[1-9k]$/.test(sign)) {
    throw new PatternError(
      'back-references are not admitted: they cannot be run in linear time.',
      'Write the repeated part out.',
    )
  }
  throw new PatternError(
    sign === '' ? 'it ends with a backslash.' : `\`\\${sign}\` is not admitted.`,
    'There are \\d \\w \\s \\b, their capitals, \\n \\t \\x{…}, and `\\` before a sign.',
  )
}

function parseClass(reader: Reader, flags: Flags): Ranges {
  const inverted = reader.take(/^\^/) !== undefined
  const ranges: number[] = []
  // RE2 takes a `]` that comes first as itself
  for (let first = true; first || reader.peek() !== ']'; first = false) {
    if (reader.done())
      throw new PatternError('a `[` is not closed.', 'Write `\\[` for the sign itself.')
    ranges.push(...fold(parseClassItem(reader), flags))
  }
  reader.next()
  const united = unite(ranges)
  return inverted ? invert(united) : united
}

function parseClassItem(reader: Reader): Ranges {
  if (reader.take(/^\[:/)) {
    throw new PatternError('classes like `[:alpha:]` are not admitted.', 'Write `[a-zA-Z]`.')
  }
  const low = parseClassSign(reader)
  if (!reader.take(/^-(?!\])/)) return low
  const high = parseClassSign(reader)
  const [first, last] = [low[0] as number, high[0] as number]
  if (low[1] !== first || high[1] !== last || low.length + high.length !== 4 || first > last) {
    throw new PatternError(
      'a range in `[…]` is out of order.',
      'Write `[a-z]`, or `\\-` for the sign.',
    )
  }
  return [first, last]
}

function parseClassSign(reader: Reader): Ranges {
  const sign = reader.next()
  return sign === '\\' ? parseEscape(reader) : single(sign)
}

function read(ranges: Ranges): PatternNode {
  return { kind: 'read', ranges }
}

/** Before a class is inverted: `(?i)[^k]` reads no K. */
function fold(ranges: Ranges, flags: Flags): Ranges {
  if (!flags.fold) return ranges
  if (ranges === sets['W']) return invert(foldCase(WORD))
  if (Object.values(sets).includes(ranges)) return foldCase(ranges)
  if ((ranges.at(-1) ?? 0) <= 0x7f) return foldCase(ranges)
  throw new PatternError('`(?i)` is for ASCII letters.', 'Write both cases out: `[äÄ]`.')
}

function single(sign: string): Ranges {
  return codePoint(sign.codePointAt(0) ?? 0)
}

function codePoint(code: number): Ranges {
  if (code > 0x10ffff)
    throw new PatternError('there is no such code point.', 'Write at most \\x{10FFFF}.')
  return [code, code]
}
