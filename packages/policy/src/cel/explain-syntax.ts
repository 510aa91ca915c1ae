// Syntax errors as people make them: other languages' operators, unclosed quotes, too much of it.
import type { ParseError } from '@marcbachmann/cel-js'
import type { ConditionProblem } from './condition-problem.ts'

export function explainSyntax(source: string, error: ParseError): ConditionProblem {
  const at = Math.min(error.range?.start ?? 0, source.length)
  return (
    (error.code === 'limit_exceeded' ? tooLarge(source, error, at) : undefined) ??
    operatorProblem(source, at) ??
    wordProblem(source, at) ??
    pieceProblem(source, error, at)
  )
}

const operators: Readonly<Record<string, readonly [message: string, fix: string]>> = {
  '=': ['A single `=` assigns; a condition compares.', 'Write `==`.'],
  '===': ['CEL has no `===`.', 'Write `==`: it never converts types.'],
  '!==': ['CEL has no `!==`.', 'Write `!=`.'],
  '<>': ['CEL has no `<>`.', 'Write `!=`.'],
  '&': ['A single `&` is no operator of CEL.', 'Write `&&`.'],
  '|': ['A single `|` is no operator of CEL.', 'Write `||`.'],
  '=>': ['CEL has no arrow functions.', 'Write `list.exists(item, condition)`.'],
  '=~': ['CEL has no `=~`.', 'Write `text.matches("pattern")`.'],
  '??': ['CEL has no `??`.', 'Write `has(x) ? x : other`.'],
  '?.': ['CEL has no `?.`.', 'Write `has(a.b) && a.b == …`.'],
  '**': ['CEL has no power operator.', 'Multiply.'],
}

function operatorProblem(source: string, at: number): ConditionProblem | undefined {
  const symbols = /[=!<>&|~?*.]/
  let start = at
  let end = at
  while (start > 0 && symbols.test(source[start - 1] ?? '')) start--
  while (end < source.length && symbols.test(source[end] ?? '')) end++
  const found = source.slice(start, end)
  const known = Object.hasOwn(operators, found) ? operators[found] : undefined
  return known && { message: known[0], found, fix: known[1], offset: start }
}

const words: Readonly<Record<string, readonly [message: string, fix: string]>> = {
  and: ['CEL has no word `and`.', 'Write `&&`.'],
  or: ['CEL has no word `or`.', 'Write `||`.'],
  not: ['CEL has no word `not`.', 'Write `!` before it: `!(x in list)`.'],
  is: ['CEL has no word `is`.', 'Write `==`.'],
  eq: ['CEL has no word `eq`.', 'Write `==`.'],
  if: ['CEL has no `if`.', 'Write `test ? this : that`.'],
  else: ['CEL has no `else`.', 'Write `test ? this : that`.'],
  like: ['CEL has no word `like`.', 'Write `text.matches("pattern")` or `text.startsWith("…")`.'],
  between: ['CEL has no word `between`.', 'Write `low <= x && x <= high`.'],
}

/** `a and b` stops at the word; `not a` stops after it. */
function wordProblem(source: string, at: number): ConditionProblem | undefined {
  const here = /^\w+/.exec(source.slice(at))?.[0] ?? ''
  const previous = /(\w+)(\s+)$/.exec(source.slice(0, at))
  const candidates: readonly (readonly [string, number])[] = [
    [here, at],
    [previous?.[1] ?? '', at - (previous?.[0].length ?? 0)],
  ]
  for (const [found, offset] of candidates) {
    const word = found.toLowerCase()
    const known = Object.hasOwn(words, word) ? words[word] : undefined
    if (known) return { message: known[0], found, fix: known[1], offset }
  }
  return undefined
}

function tooLarge(source: string, error: ParseError, at: number): ConditionProblem {
  return {
    message: `The condition is too large or too deep: ${error.summary}.`,
    found: source.slice(at, at + 20),
    fix: 'Split it over several rules, or use fewer parentheses and shorter lists.',
    offset: at,
  }
}

function pieceProblem(source: string, error: ParseError, at: number): ConditionProblem {
  if (source.trim() === '') {
    return {
      message: 'The condition is empty.',
      found: '',
      fix: 'Write one, or leave `when` out.',
      offset: 0,
    }
  }
  if (at >= source.length) {
    return {
      message: 'The condition ends too early.',
      found: source.slice(-20),
      fix: 'Finish it: an operand, a closing parenthesis, bracket or quote is missing.',
      offset: source.length,
    }
  }
  if (error.code.startsWith('unterminated')) {
    return {
      message: 'A string is not closed.',
      found: source.slice(at, at + 40),
      fix: 'Write the closing quote; a quote inside is written `\\"`.',
      offset: at,
    }
  }
  return {
    message: `Not CEL: ${error.summary}.`,
    found: source.slice(at, Math.max(at + 1, Math.min(error.range?.end ?? at, at + 40))),
    fix: 'Write comparisons joined by `&&` and `||`, strings in quotes.',
    offset: at,
  }
}
