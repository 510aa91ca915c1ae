// What is wrong with facts that somebody wrote: where, what was found, what to write.
import { formatPath, type Path } from '../problems/policy-problem.ts'

export class FactsError extends Error {
  override readonly name = 'FactsError'
  readonly code = 'facts_malformed'
  /** From the root of the facts. */
  readonly path: Path
  readonly problem: string
  readonly found: string
  readonly fix: string

  constructor(path: Path, problem: string, found: unknown, fix: string) {
    const shown = showFound(found)
    super(`${formatPath(path) || 'the file'} ${problem}, found ${shown}. ${fix}`)
    this.path = path
    this.problem = problem
    this.found = shown
    this.fix = fix
  }
}

function showFound(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
