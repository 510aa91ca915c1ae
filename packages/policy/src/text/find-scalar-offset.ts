// From a character of a text value to the place where it was written, whatever the YAML style.
import { Scalar } from 'yaml'

/**
 * Styles differ in white space (indentation, folding) and in escapes; the other characters are the same and in the
 * same order. So the value's characters that are not white space are counted, and the same number is passed in the text.
 */
export function findScalarOffset(node: Scalar.Parsed, offset: number, text: string): number {
  const value = String(node.value)
  let left = countInk(value.slice(0, offset))
  let at = contentStart(node, text)
  const end = node.range[1]
  while (at < end) {
    const unit = readUnit(node, at, text)
    if (unit.ink && left === 0) return at
    if (unit.ink) left -= 1
    at += unit.length
  }
  return Math.max(node.range[0], end)
}

function countInk(text: string): number {
  return text.replace(/\s/g, '').length
}

function contentStart(node: Scalar.Parsed, text: string): number {
  const [start] = node.range
  switch (node.type) {
    case Scalar.QUOTE_DOUBLE:
    case Scalar.QUOTE_SINGLE:
      return start + 1
    case Scalar.BLOCK_FOLDED:
    case Scalar.BLOCK_LITERAL: {
      const headerEnd = text.indexOf('\n', start)
      return headerEnd === -1 ? start : headerEnd + 1
    }
    default:
      return start
  }
}

const DOUBLE_ESCAPE = /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[\s\S])/y
const BLANK_ESCAPES = new Set(['\\n', '\\t', '\\r', '\\ ', '\\\t', '\\\n', '\\x20', '\\u0020'])

/** One character of the value as it is written. */
function readUnit(node: Scalar.Parsed, at: number, text: string): { length: number; ink: boolean } {
  if (node.type === Scalar.QUOTE_SINGLE && text.startsWith("''", at))
    return { length: 2, ink: true }
  if (node.type === Scalar.QUOTE_DOUBLE && text[at] === '\\') {
    DOUBLE_ESCAPE.lastIndex = at
    const written = DOUBLE_ESCAPE.exec(text)?.[0] ?? '\\'
    return { length: written.length, ink: !BLANK_ESCAPES.has(written) }
  }
  return { length: 1, ink: !/\s/.test(text[at] ?? ' ') }
}
