// A pattern in RE2's syntax to the program of a finite automaton, of bounded size: nothing in it can backtrack.
import type { PatternCheck, PatternProgram, PatternStep } from './compiled-tree.ts'
import { type PatternNode, parsePattern } from './parse-pattern.ts'
import { PatternError } from './pattern-reader.ts'

/** A counted repetition is written out, so that `(a{50}){50}` does not fit. */
const MAX_PROGRAM_STEPS = 500

export type CompiledPattern =
  | { readonly ok: true; readonly program: PatternProgram }
  | { readonly ok: false; readonly message: string; readonly fix: string }

export function compilePattern(pattern: string): CompiledPattern {
  try {
    const steps: Step[] = []
    emit(parsePattern(pattern), steps)
    push(steps, { accept: true })
    return { ok: true, program: steps }
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    return { ok: false, message: `In the pattern: ${error.message}`, fix: error.fix }
  }
}

/** Forks and jumps are filled in once their targets are known. */
type Step =
  | { readonly read: readonly number[] }
  | { fork: [number, number] }
  | { jump: number }
  | { readonly check: PatternCheck }
  | { readonly accept: true }

function push<S extends Step & PatternStep>(steps: Step[], step: S): S {
  if (steps.length >= MAX_PROGRAM_STEPS) {
    throw new PatternError(
      `it needs more than ${MAX_PROGRAM_STEPS} steps; each repetition counts.`,
      'Write smaller counts, or `*` and `+` instead.',
    )
  }
  steps.push(step)
  return step
}

function emit(node: PatternNode, steps: Step[]): void {
  switch (node.kind) {
    case 'read':
      push(steps, { read: node.ranges })
      return
    case 'check':
      push(steps, { check: node.check })
      return
    case 'sequence':
      for (const part of node.parts) emit(part, steps)
      return
    case 'choice':
      emitChoice(node.parts, steps)
      return
    case 'repeat':
      emitRepeat(node.of, node.least, node.most, steps)
  }
}

function emitChoice(parts: readonly PatternNode[], steps: Step[]): void {
  const ends: { jump: number }[] = []
  for (const [at, part] of parts.entries()) {
    if (at === parts.length - 1) {
      emit(part, steps)
      break
    }
    const fork = push(steps, { fork: [steps.length + 1, 0] as [number, number] })
    emit(part, steps)
    ends.push(push(steps, { jump: 0 }))
    fork.fork[1] = steps.length
  }
  for (const end of ends) end.jump = steps.length
}

function emitRepeat(of: PatternNode, least: number, most: number, steps: Step[]): void {
  for (let count = 0; count < least; count++) emit(of, steps)
  if (most === Number.POSITIVE_INFINITY) {
    const start = steps.length
    const fork = push(steps, { fork: [start + 1, 0] as [number, number] })
    emit(of, steps)
    push(steps, { jump: start })
    fork.fork[1] = steps.length
    return
  }
  const forks: { fork: [number, number] }[] = []
  for (let count = least; count < most; count++) {
    forks.push(push(steps, { fork: [steps.length + 1, 0] as [number, number] }))
    emit(of, steps)
  }
  for (const fork of forks) fork.fork[1] = steps.length
}
