// What an answer of the feed's route holds: a snapshot that all who ask share, for a large one takes seconds to write,
// and the entries that were folded since.
import { comparePositions, nextPosition, type Position, readPosition } from '../ports/position.ts'
import type { Folded } from '../state/follow-feed.ts'
import type { State } from '../state/state.ts'

export interface FeedContent {
  /** A batch was folded. */
  note(folded: Folded): void
  /**
   * From `from` up to the state's position, two lines of JSON: the entries, and the snapshot that they come after, if they
   * need one. `undefined`: a snapshot has to be written first.
   */
  read(from: Position | undefined): string | undefined
  /** Writes the snapshot that is missing. Rejects where there is none to give. */
  prepare(): Promise<void>
}

/** What an edge has room for. */
export const LARGEST_ANSWER: number = 32 * 1024 * 1024
const MOST_ENTRIES = 1_000
const MOST_ENTRY_CHARACTERS = 1_000_000
const TOO_LARGE_FOR_MS = 60_000

const decoder = new TextDecoder()

export function createFeedContent(state: State): FeedContent {
  /** Where `entries` begin and end: no event between is missing. */
  let start = state.position
  let end = start
  let entries: string[] = []
  let characters = 0
  let kept: { readonly at: Position; readonly text: string } | undefined
  let writing: Promise<void> | undefined
  let tooLargeUntil = Number.NEGATIVE_INFINITY

  function begin(at: Position | undefined): void {
    start = at
    end = at
    entries = []
    characters = 0
    kept = undefined
  }

  function add(position: Position, text: string): void {
    end = position
    entries.push(text)
    characters += text.length
    while (entries.length > MOST_ENTRIES || characters > MOST_ENTRY_CHARACTERS) {
      characters -= entries.shift()?.length ?? 0
      start = start && nextPosition(start)
    }
  }

  /** What this instance passed over has a place too. */
  function addUpTo(position: Position, events: Folded['events']): void {
    if (end === undefined) return
    const folded = new Map(events.map((entry) => [entry.position, entry]))
    for (let at = nextPosition(end); comparePositions(at, position) <= 0; at = nextPosition(at))
      add(at, JSON.stringify(folded.get(at) ?? { position: at, event: null }))
  }

  /** The entries after `at`, or `undefined` where some are gone. */
  function entriesAfter(at: Position): string | undefined {
    if (start === undefined || comparePositions(at, start) < 0) return undefined
    const skip = readPosition(at)[1] - readPosition(start)[1]
    return `[${entries.slice(skip).join(',')}]`
  }

  async function write(): Promise<void> {
    const at = state.position
    if (at === undefined) throw new Error('nothing was folded yet')
    const bytes = await state.toSnapshot()
    if (bytes.length > LARGEST_ANSWER) {
      // it took seconds to write: not for each who asks
      tooLargeUntil = performance.now() + TOO_LARGE_FOR_MS
      throw new Error(
        `the state, ${bytes.length} bytes, is too large for the feed over HTTP: edges that begin with it stay strict`,
      )
    }
    // a snapshot may have taken the place of what this one was made of
    if (start !== undefined && comparePositions(at, start) >= 0)
      kept = { at, text: decoder.decode(bytes) }
  }

  return {
    note({ replaced, events }) {
      const { position } = state
      if (replaced || end === undefined || position === undefined) return begin(position)
      addUpTo(position, events)
    },
    read(from) {
      // of what came twice nobody was told, and it has a place
      if (state.position !== undefined) addUpTo(state.position, [])
      const after = from && entriesAfter(from)
      if (after !== undefined) return `${after}\n`
      const since = kept && entriesAfter(kept.at)
      return since === undefined ? undefined : `${since}\n${kept?.text}`
    },
    async prepare() {
      if (performance.now() < tooLargeUntil) throw new Error('the state is too large')
      writing ??= write().finally(() => {
        writing = undefined
      })
      await writing
    },
  }
}
