// Collects what the checks find and gives each problem its place in the text.
import type { Path, PolicyProblem } from './policy-problem.ts'
import { formatPath } from './policy-problem.ts'
import type { ProblemCode } from './problem-codes.ts'

export interface Finding {
  readonly code: ProblemCode
  readonly severity?: 'error' | 'warning'
  readonly path: Path
  /** The key at `path` is meant, not its value. */
  readonly atKey?: boolean
  /** Characters into the text value at `path`. */
  readonly offset?: number
  readonly message: string
  readonly found: string
  readonly fix: string
  /** Where it is known already; else the path is looked up. */
  readonly place?: Place
}

export interface Place {
  readonly line: number
  readonly column: number
}

/** What is looked for in the text. */
export type Wanted = Pick<Finding, 'path' | 'atKey' | 'offset'>

/** Undefined where there is no text. */
export type Locate = (wanted: Wanted) => Place | undefined

/** A mapping that lacks something is a mapping all the same: what else it says can be looked at. */
const LACKS: ReadonlySet<ProblemCode> = new Set(['missing_key', 'exactly_one', 'at_least_one'])

export class ProblemCollector {
  readonly #locate: Locate
  readonly #problems: PolicyProblem[] = []
  readonly #broken = new Set<string>()
  readonly #refused = new Set<string>()
  #errors = 0

  constructor(locate: Locate) {
    this.#locate = locate
  }

  add(finding: Finding): void {
    const severity = finding.severity ?? 'error'
    if (severity === 'error') this.#markBroken(finding)
    this.#problems.push({
      code: finding.code,
      severity,
      ...(finding.place ?? this.#locate(finding)),
      path: formatPath(finding.path),
      message: finding.message,
      found: finding.found,
      fix: finding.fix,
    })
  }

  get hasErrors(): boolean {
    return this.#errors > 0
  }

  /** No error was found at the path or beneath it: what stands there has its shape. */
  isSound(path: Path): boolean {
    return !this.#broken.has(formatPath(path))
  }

  /** What stands at the path is itself no such thing as belongs there, whatever is beneath it. */
  isRefused(path: Path): boolean {
    return this.#refused.has(formatPath(path))
  }

  /** In the order of the text, or as they were found where there is none. */
  sorted(): readonly PolicyProblem[] {
    return [...this.#problems].sort(
      (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
    )
  }

  #markBroken({ code, path }: Finding): void {
    this.#errors += 1
    if (!LACKS.has(code)) this.#refused.add(formatPath(path))
    for (let length = 0; length <= path.length; length++) {
      this.#broken.add(formatPath(path.slice(0, length)))
    }
  }
}

/** A value as it is shown under "found": short, on one line. */
export function showValue(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object' && value !== null) return 'a mapping'
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}
