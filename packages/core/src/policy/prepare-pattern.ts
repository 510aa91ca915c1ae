// Runs a compiled pattern over a text, all its threads at once: time grows with text × program, never worse.
import type { PatternProgram } from './expression.ts'
import {
  CHECK,
  FORK,
  JUMP,
  type PatternSteps,
  patternChecks,
  READ,
  toPatternSteps,
} from './pattern-steps.ts'
import { UNKNOWN } from './value.ts'

/** UTF-16 units; a longer text is unknown. */
const MAX_TEXT_LENGTH = 4_096

/** Before the first and after the last code point. */
const NONE = -1

/**
 * Answers whether the pattern is found anywhere in a text, as RE2 has it.
 *
 * @throws Error where the program would leave itself
 */
export function preparePattern(
  program: PatternProgram,
): (text: string) => boolean | typeof UNKNOWN {
  const steps = toPatternSteps(program)
  const anchored = steps.kind[0] === CHECK && steps.first[0] === patternChecks.indexOf('text-start')
  let current = new ThreadSet(steps)
  let next = new ThreadSet(steps)
  return function found(text) {
    if (text.length > MAX_TEXT_LENGTH) return UNKNOWN
    current.clear()
    let before = NONE
    for (let at = 0; ; ) {
      const code = at < text.length ? (text.codePointAt(at) as number) : NONE
      if (current.add(0, before, code)) return true
      if (code === NONE || (anchored && current.size === 0)) return false
      at += code > 0xffff ? 2 : 1
      const after = at < text.length ? (text.codePointAt(at) as number) : NONE
      next.clear()
      if (current.step(code, after, next)) return true
      const last = current
      current = next
      next = last
      before = code
    }
  }
}

/** The steps at which a thread waits for a code point, each once. */
class ThreadSet {
  readonly #steps: PatternSteps
  readonly #waiting: Uint16Array
  /** By step: the round in which it was last added. */
  readonly #added: Uint32Array
  /** A stack: each step is left once, for two others at most. */
  readonly #pending: Uint16Array
  #round = 0
  size = 0

  constructor(steps: PatternSteps) {
    this.#steps = steps
    this.#waiting = new Uint16Array(steps.kind.length)
    this.#added = new Uint32Array(steps.kind.length)
    this.#pending = new Uint16Array(2 * steps.kind.length + 1)
  }

  clear(): void {
    this.size = 0
    this.#round++
    if (this.#round > 0xffffffff) {
      this.#added.fill(0)
      this.#round = 1
    }
  }

  /** Follows forks, jumps and checks. True where that reaches the end of the pattern. */
  add(start: number, before: number, after: number): boolean {
    const { kind, first, second } = this.#steps
    const pending = this.#pending
    pending[0] = start
    let height = 1
    while (height > 0) {
      const step = pending[--height] as number
      if (this.#added[step] === this.#round) continue
      this.#added[step] = this.#round
      switch (kind[step]) {
        case READ:
          this.#waiting[this.size++] = step
          break
        case FORK:
          pending[height++] = second[step] as number
          pending[height++] = first[step] as number
          break
        case JUMP:
          pending[height++] = first[step] as number
          break
        case CHECK:
          if (holds(first[step] as number, before, after)) pending[height++] = step + 1
          break
        default:
          return true
      }
    }
    return false
  }

  /** Reads a code point: the threads that go on are added to `next`. */
  step(code: number, after: number, next: ThreadSet): boolean {
    const { ranges } = this.#steps
    for (let thread = 0; thread < this.size; thread++) {
      const step = this.#waiting[thread] as number
      if (includes(ranges[step] as readonly number[], code) && next.add(step + 1, code, after)) {
        return true
      }
    }
    return false
  }
}

function includes(ranges: readonly number[], code: number): boolean {
  for (let at = 1; at < ranges.length; at += 2) {
    if (code <= (ranges[at] as number)) return code >= (ranges[at - 1] as number)
  }
  return false
}

function holds(check: number, before: number, after: number): boolean {
  switch (patternChecks[check]) {
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
    default:
      return isWord(before) === isWord(after)
  }
}

const NEWLINE = 0x0a

function isWord(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a) ||
    code === 0x5f ||
    (code >= 0x61 && code <= 0x7a)
  )
}
