// A compiled pattern as columns of numbers, checked: it comes from the feed, and another version may have written it.
import type { PatternCheck, PatternProgram, PatternStep } from './expression.ts'

export const READ = 0
export const FORK = 1
export const JUMP = 2
export const CHECK = 3
const ACCEPT = 4

export const patternChecks: readonly PatternCheck[] = [
  'text-start',
  'text-end',
  'line-start',
  'line-end',
  'word-edge',
  'no-word-edge',
]

/** A column per part of a step, so that the loops below read numbers alone. */
export interface PatternSteps {
  readonly kind: Uint8Array
  /** The target of a jump, the targets of a fork, or which check. */
  readonly first: Uint16Array
  readonly second: Uint16Array
  readonly ranges: readonly (readonly number[])[]
}

/** @throws Error where the program would leave itself, or has a step that this version does not know */
export function toPatternSteps(program: PatternProgram): PatternSteps {
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
    first[at] = 'check' in step ? patternChecks.indexOf(step.check) : (targets[0] ?? 0)
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
  if (patternChecks.includes(step.check)) return CHECK
  throw new Error(`Unknown step in a compiled pattern: ${JSON.stringify(step)}`)
}
