// One mistake in a policy: what is wrong, where, what was found, and what to write.
import type { ProblemCode } from './problem-codes.ts'

export interface PolicyProblem {
  readonly code: ProblemCode
  /** A policy with an error is not compiled; a warning is for its author. */
  readonly severity: 'error' | 'warning'
  /** From 1; absent where the policy was no text. */
  readonly line?: number
  /** From 1, in UTF-16 code units; absent where the policy was no text. */
  readonly column?: number
  /** Such as `rules[2].when`; empty for the document itself. */
  readonly path: string
  /** What is wrong. */
  readonly message: string
  readonly found: string
  /** What to write. */
  readonly fix: string
}

/** Keys and indexes from the document's root. */
export type Path = readonly (string | number)[]

/** `rules[2].when`, `actions["transfer.create"].resource` */
export function formatPath(path: Path): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else if (!/^[A-Za-z_][\w-]*$/.test(step)) text += `[${JSON.stringify(step)}]`
    else text += text === '' ? step : `.${step}`
  }
  return text
}
