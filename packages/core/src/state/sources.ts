// Sources of signals that prove to be alive, and until when what they have not said counts as not so. A source that has
// gone quiet may have something to tell: what depends on it is unknown (law 1).

/** What a source said of itself last. */
export interface SourceLife {
  /** The signals that it tells. None: it is no longer a source. */
  readonly signals: readonly string[]
  /** Milliseconds since the epoch: the first moment at which it is quiet. */
  readonly until: number
}

export type SourcesJson = readonly (readonly [string, SourceLife])[]

export interface Sources {
  /** Whether a source of this signal has gone quiet. */
  isQuiet(code: string, at: number): boolean
  list(): SourcesJson
  fold(source: string, life: SourceLife): void
  toJson(): SourcesJson
}

export function createSources(json: SourcesJson = []): Sources {
  const lives = new Map<string, SourceLife>()
  /** By signal: the sources' ends, so that a decision looks at its own signals only. */
  const ends = new Map<string, Map<string, number>>()

  function forget(source: string): void {
    for (const code of lives.get(source)?.signals ?? []) {
      const sources = ends.get(code)
      sources?.delete(source)
      if (sources?.size === 0) ends.delete(code)
    }
    lives.delete(source)
  }

  function fold(source: string, { signals, until }: SourceLife): void {
    forget(source)
    if (signals.length === 0) return
    lives.set(source, Object.freeze({ signals, until }))
    for (const code of signals) {
      const sources = ends.get(code)
      if (sources === undefined) ends.set(code, new Map([[source, until]]))
      else sources.set(source, until)
    }
  }

  for (const [source, life] of json) fold(source, life)

  return {
    isQuiet(code, at) {
      if (ends.size === 0) return false
      for (const until of ends.get(code)?.values() ?? NONE) {
        // an end that is no number is no proof of life
        if (!(at < until)) return true
      }
      return false
    },
    list: () => [...lives],
    fold,
    toJson: () => [...lives],
  }
}

const NONE: readonly number[] = []
