// The one error that a mistake in options throws: it says what, where, got, do this.

export interface Misconfiguration {
  /** snake_case, stable: what tests and tools compare. */
  readonly code: string
  /** The option's path, as its author would write it: `trustProxy`, `identity.algorithms[1]`. */
  readonly path: string
  /** What is wrong, as the end of the sentence "<path> …": `must be a list of CIDRs`. */
  readonly problem: string
  /** What was found, described. Never a secret's value: see `describeValue`. */
  readonly got: string
  /** What to do, as a sentence. */
  readonly fix: string
}

/** Thrown by `createX` functions, and only while they read their options. Its message is fit for a terminal. */
export class ConfigurationError extends Error {
  readonly code: string
  readonly path: string
  readonly got: string

  constructor(mistake: Misconfiguration) {
    super(`${mistake.path} ${mistake.problem}, got ${mistake.got}. ${mistake.fix}`)
    this.name = 'ConfigurationError'
    this.code = mistake.code
    this.path = mistake.path
    this.got = mistake.got
  }
}

/** Names a value for an error message. Not to be used on what may be a secret: strings are shown. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string')
    return value.length > 60 ? `a string of ${value.length} characters` : JSON.stringify(value)
  if (Array.isArray(value))
    return value.length === 0 ? 'an empty list' : `a list of ${value.length}`
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'object' && value !== null) return 'an object'
  return String(value)
}
