// JSON written a piece at a time: a state of a million entries takes seconds, and requests are answered in between.
import type { LongList } from './long-list.ts'

/** A millisecond or so of work. */
const ELEMENTS_AT_ONCE = 256
const PAUSE_AFTER_CHARACTERS = 131_072

/** The bytes of the object as `JSON.stringify` would write it. Its lists, and those of its objects, may be long ones. */
export async function writeInPieces(json: object): Promise<Uint8Array> {
  const encoder = new TextEncoder()
  const written: Uint8Array[] = []
  let text = ''
  for (const piece of pieces(json, 0)) {
    text += piece
    if (text.length < PAUSE_AFTER_CHARACTERS) continue
    written.push(encoder.encode(text))
    text = ''
    await pause()
  }
  written.push(encoder.encode(text))
  return join(written)
}

function* pieces(value: unknown, depth: number): Generator<string> {
  if (isList(value)) yield* listPieces(value)
  else if (depth < 2 && typeof value === 'object' && value !== null)
    yield* objectPieces(value, depth)
  else yield JSON.stringify(value)
}

function* objectPieces(value: object, depth: number): Generator<string> {
  let before = '{'
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue
    yield `${before}${JSON.stringify(key)}:`
    yield* pieces(member, depth + 1)
    before = ','
  }
  yield before === '{' ? '{}' : '}'
}

function* listPieces(list: LongList<unknown>): Generator<string> {
  let before = '['
  for (let from = 0; from < list.length; from += ELEMENTS_AT_ONCE) {
    const some = list.slice(from, from + ELEMENTS_AT_ONCE)
    if (some.length === 0) continue
    yield before + JSON.stringify(some).slice(1, -1)
    before = ','
  }
  yield before === '[' ? '[]' : ']'
}

function isList(value: unknown): value is LongList<unknown> {
  return typeof value === 'object' && value !== null && 'slice' in value && 'length' in value
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Until what waits has had its turn. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve))
}
