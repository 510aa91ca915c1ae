// Runs a compiled pattern over a text, all its threads at once: time grows with text × program, never worse.
import type { PatternCheck, PatternProgram, PatternStep } from './expression.ts'
import { UNKNOWN } from './value.ts'

/** UTF-16 units; a longer text is unknown. */
export const MAX_TEXT_LENGTH = 4_096

const NEWLINE = 0x0a
/** Before the first and after the last code point. */
const NONE = -1

/** Whether the pattern is found anywhere in the text, as RE2 has it. */
export function preparePattern(
  program: PatternProgram,
): (text: string) => boolean | typeof UNKNOWN {
  let current = new ThreadSet(program)
  let next = new ThreadSet(program)
  return function found(text) {
    if (text.length > MAX_TEXT_LENGTH) return UNKNOWN
    current.clear()
    let before = NONE
    let at = 0
    while (true) {
      const code = text.codePointAt(at) ?? NONE
      if (current.add(0, before, code)) return true
      if (code === NONE) return false
      at += code > 0xffff ? 2 : 1
      const after = text.codePointAt(at) ?? NONE
      next.clear()
      for (let thread = 0; thread < current.size; thread++) {
        const step = current.at(thread)
        if (reads(program[step] as PatternStep, code) && next.add(step + 1, code, after))
          return true
      }
      ;[current, next] = [next, current]
      before = code
    }
  }
}

/** The steps at which a thread waits for a code point, each once. */
class ThreadSet {
  readonly #program: PatternProgram
  readonly #waiting: Uint16Array
  readonly #seen: Uint8Array
  readonly #pending: number[] = []
  size = 0

  constructor(program: PatternProgram) {
    this.#program = program
    this.#waiting = new Uint16Array(program.length)
    this.#seen = new Uint8Array(program.length)
  }

  clear(): void {
    this.size = 0
    this.#seen.fill(0)
  }

  at(thread: number): number {
    return this.#waiting[thread] as number
  }

  /** Follows forks, jumps and checks. True where that reaches the end of the pattern. */
  add(step: number, before: number, after: number): boolean {
    const pending = this.#pending
    pending.length = 0
    pending.push(step)
    while (pending.length > 0) {
      const here = pending.pop() as number
      if (this.#seen[here] === 1) continue
      this.#seen[here] = 1
      const next = this.#program[here] as PatternStep
      if ('accept' in next) return true
      if ('read' in next) this.#waiting[this.size++] = here
      else if ('fork' in next) pending.push(next.fork[1], next.fork[0])
      else if ('jump' in next) pending.push(next.jump)
      else if (holds(next.check, before, after)) pending.push(here + 1)
    }
    return false
  }
}

function reads(step: PatternStep, code: number): boolean {
  if (!('read' in step)) return false
  const ranges = step.read
  for (let at = 0; at < ranges.length; at += 2) {
    if (code <= (ranges[at + 1] as number)) return code >= (ranges[at] as number)
  }
  return false
}

function holds(check: PatternCheck, before: number, after: number): boolean {
  switch (check) {
    case 'text-start':
      return before === NONE
    case 'text-end':
      return after === NONE
    case 'line-start':
      return before === NONE || before === NEWLINE
    case 'line-end':
      return after === NONE || after === NEWLINE
    case 'word-edge':
      return isWord(before) !== isWord(after)
    case 'no-word-edge':
      return isWord(before) === isWord(after)
  }
}

function isWord(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a) ||
    code === 0x5f ||
    (code >= 0x61 && code <= 0x7a)
  )
}
