// The parts of a pattern that read one code point: signs, escapes and classes.
import { DIGITS, foldCase, invert, type Ranges, SPACE, unite, WORD } from './code-points.ts'
import { PatternError, type PatternReader } from './pattern-reader.ts'

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
export function parseEscape(reader: PatternReader): Ranges {
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

export function parseClass(reader: PatternReader, flags: { readonly fold: boolean }): Ranges {
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

function parseClassItem(reader: PatternReader): Ranges {
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

function parseClassSign(reader: PatternReader): Ranges {
  const sign = reader.next()
  return sign === '\\' ? parseEscape(reader) : single(sign)
}

/** Before a class is inverted: `(?i)[^k]` reads no K. */
export function fold(ranges: Ranges, flags: { readonly fold: boolean }): Ranges {
  if (!flags.fold) return ranges
  if (ranges === sets['W']) return invert(foldCase(WORD))
  if (Object.values(sets).includes(ranges)) return foldCase(ranges)
  if ((ranges.at(-1) ?? 0) <= 0x7f) return foldCase(ranges)
  throw new PatternError('`(?i)` is for ASCII letters.', 'Write both cases out: `[äÄ]`.')
}

export function single(sign: string): Ranges {
  return codePoint(sign.codePointAt(0) ?? 0)
}

function codePoint(code: number): Ranges {
  if (code > 0x10ffff)
    throw new PatternError('there is no such code point.', 'Write at most \\x{10FFFF}.')
  return [code, code]
}
