// Signals about sessions, devices and addresses, by whose they are: for requests that name none. A client can leave a
// cookie out, and that must not help it (law 1).

/** Whose: a subject, for its sessions and devices; for addresses there is only one, everybody. */
export interface UnnamedSignals {
  note(whose: string, code: string, until: number): void
  /** Whether one of this code may be about a request of theirs that does not say which it is. */
  mayHold(whose: string, code: string, at: number): boolean
  sweep(before: number): void
}

const SWEPT_AT_ONCE = 256

/** The latest end of each: what is taken back early may hold until then for those who do not say who they are. */
export function createUnnamedSignals(): UnnamedSignals {
  const ends = new Map<string, Map<string, number>>()
  return {
    note(whose, code, until) {
      const codes = ends.get(whose)
      if (codes === undefined) ends.set(whose, new Map([[code, until]]))
      else codes.set(code, Math.max(until, codes.get(code) ?? until))
    },
    mayHold: (whose, code, at) => at < (ends.get(whose)?.get(code) ?? Number.NEGATIVE_INFINITY),
    sweep(before) {
      let looked = 0
      for (const [whose, codes] of ends) {
        if (++looked > SWEPT_AT_ONCE) return
        for (const [code, until] of codes) if (until <= before) codes.delete(code)
        // those that live on go to the end, so that the next sweep looks at others
        ends.delete(whose)
        if (codes.size > 0) ends.set(whose, codes)
      }
    },
  }
}
