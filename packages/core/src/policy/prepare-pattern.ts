// Runs a compiled pattern over a text, all its threads at once: time grows with text × program, never worse.
import type { PatternCheck, PatternProgram, PatternStep } from './expression.ts'
import { UNKNOWN } from './value.ts'

/** UTF-16 units; a longer text is unknown. */
export const MAX_TEXT_LENGTH = 4_096

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
  const steps = toSteps(program)
  const anchored = steps.kind[0] === CHECK && steps.first[0] === checks.indexOf('text-start')
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

const READ = 0
const FORK = 1
const JUMP = 2
const CHECK = 3
const ACCEPT = 4

const checks: readonly PatternCheck[] = [
  'text-start',
  'text-end',
  'line-start',
  'line-end',
  'word-edge',
  'no-word-edge',
]

/** A column per part of a step, so that the loops below read numbers alone. */
interface Steps {
  readonly kind: Uint8Array
  /** The target of a jump, the targets of a fork, or which check. */
  readonly first: Uint16Array
  readonly second: Uint16Array
  readonly ranges: readonly (readonly number[])[]
}

function toSteps(program: PatternProgram): Steps {
  const size = program.length
  const kind = new Uint8Array(size)
  const first = new Uint16Array(size)
  const second = new Uint16Array(size)
  const ranges: (readonly number[])[] = []
  for (const [at, step] of program.entries()) {
    ranges.push('read' in step ? step.read : [])
    kind[at] = kindOf(step)
    const targets = 'fork' in step ? step.fork : 'jump' in step ? [step.jump] : []
    if (!targets.every((target) => Number.isInteger(target) && target >= 0 && target < size)) {
      throw new Error(`A compiled pattern goes on outside of itself at step ${at}`)
    }
    first[at] = 'check' in step ? checks.indexOf(step.check) : (targets[0] ?? 0)
    second[at] = targets[1] ?? 0
  }
  // every other step may go on to the next, so there has to be one
  if (kind[size - 1] !== ACCEPT) throw new Error('A compiled pattern has no end')
  return { kind, first, second, ranges }
}

function kindOf(step: PatternStep): number {
  if ('read' in step) return READ
  if ('fork' in step) return FORK
  if ('jump' in step) return JUMP
  if ('accept' in step) return ACCEPT
  if (checks.includes(step.check)) return CHECK
  throw new Error(`Unknown step in a compiled pattern: ${JSON.stringify(step)}`)
}

/** The steps at which a thread waits for a code point, each once. */
class ThreadSet {
  readonly #steps: Steps
  readonly #waiting: Uint16Array
  /** By step: the round in which it was last added. */
  readonly #added: Uint32Array
  /** A stack: each step is left once, for two others at most. */
  readonly #pending: Uint16Array
  #round = 0
  size = 0

  constructor(steps: Steps) {
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
  switch (checks[check]) {
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
