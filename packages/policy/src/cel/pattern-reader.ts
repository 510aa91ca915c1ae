// Reads a pattern code point by code point, and what is wrong with one.

/** What is wrong with a pattern. */
export class PatternError extends Error {
  readonly fix: string

  constructor(message: string, fix: string) {
    super(message)
    this.name = 'PatternError'
    this.fix = fix
  }
}

export class PatternReader {
  readonly #codes: readonly string[]
  #at = 0

  constructor(pattern: string) {
    this.#codes = [...pattern]
  }

  done(): boolean {
    return this.#at >= this.#codes.length
  }

  peek(): string {
    return this.#codes[this.#at] ?? ''
  }

  next(): string {
    return this.#codes[this.#at++] ?? ''
  }

  /** Takes what the expression matches here, if it does. */
  take(expression: RegExp): RegExpExecArray | undefined {
    const match = expression.exec(this.#codes.slice(this.#at, this.#at + 80).join(''))
    if (match === null || match.index !== 0) return undefined
    this.#at += [...match[0]].length
    return match
  }
}
