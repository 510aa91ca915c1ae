// What a bad policy throws: all of its mistakes at once, readable as they are.
import type { PolicyProblem } from './policy-problem.ts'

/** As many are spelt out in the message; `problems` has them all. */
const MOST_SHOWN = 50

export class PolicyError extends Error {
  override readonly name = 'PolicyError'
  readonly code = 'policy_invalid'
  /** In the order of the text; warnings are among them. At least one is an error. */
  readonly problems: readonly PolicyProblem[]

  constructor(problems: readonly PolicyProblem[], file?: string) {
    super(describeProblems(problems, file))
    this.problems = problems
  }
}

function describeProblems(problems: readonly PolicyProblem[], file: string | undefined): string {
  const errors = problems.filter((problem) => problem.severity === 'error')
  const shown = errors.slice(0, MOST_SHOWN).map((problem) => formatProblem(problem, file))
  const more = errors.length - shown.length
  return [
    `the policy has ${errors.length === 1 ? 'a mistake' : `${errors.length} mistakes`}`,
    ...shown,
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join('\n')
}

/** `policy.yaml:3:7 error unknown_key rules[2].whn: …; found …; write …` */
export function formatProblem(problem: PolicyProblem, file?: string): string {
  const place = [file, problem.line, problem.column].filter((part) => part !== undefined).join(':')
  const where = [place, problem.severity, problem.code, problem.path].filter((part) => part !== '')
  return `${where.join(' ')}: ${problem.message}; found ${problem.found}; ${problem.fix}`
}
