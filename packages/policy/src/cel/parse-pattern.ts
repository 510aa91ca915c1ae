// The syntax of patterns: the part of RE2's that says which texts match, code point by code point.
import { ANY, NOT_NEWLINE, type Ranges } from './code-points.ts'
import type { PatternCheck } from './compiled-tree.ts'
import { fold, parseClass, parseEscape, single } from './parse-class.ts'
import { PatternError, PatternReader } from './pattern-reader.ts'

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
  const reader = new PatternReader(pattern)
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

function parseChoice(reader: PatternReader, outer: Flags, depth: number): PatternNode {
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

function parseRepeat(reader: PatternReader, flags: Flags, depth: number): PatternNode {
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

function takeCounts(reader: PatternReader): readonly [least: number, most: number] | undefined {
  if (reader.take(/^\*/)) return [0, Number.POSITIVE_INFINITY]
  if (reader.take(/^\+/)) return [1, Number.POSITIVE_INFINITY]
  if (reader.take(/^\?/)) return [0, 1]
  const counts = reader.take(/^\{(\d{1,6})(,?)(\d{0,6})\}/)
  if (counts === undefined) return undefined
  const least = Number(counts[1])
  if (!counts[2]) return [least, least]
  return [least, counts[3] ? Number(counts[3]) : Number.POSITIVE_INFINITY]
}

function parseAtom(reader: PatternReader, flags: Flags, depth: number): PatternNode {
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

function parseGroup(reader: PatternReader, flags: Flags, depth: number): PatternNode {
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

function lookaround(reader: PatternReader): readonly [message: string, fix: string] {
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

function parseCheck(reader: PatternReader): PatternNode | undefined {
  const letter = reader.peek()
  const check = Object.hasOwn(checks, letter) ? checks[letter] : undefined
  if (check === undefined) return undefined
  reader.next()
  return { kind: 'check', check }
}

function read(ranges: Ranges): PatternNode {
  return { kind: 'read', ranges }
}
