// What this process knows of the history, by what it read and what was acknowledged to it. Against it shows what a
// server has lost: nobody else could tell.
import {
  comparePositions,
  type FeedEntry,
  type FeedEvent,
  type Position,
  readPosition,
} from '@countersign/core'
import {
  type GenerationEnd,
  positionOf,
  type ServerLook,
  type ServerMeta,
} from './server-history.ts'

export type Relation =
  /** All that is known is in it. */
  | { readonly is: 'whole' }
  /** It is a later generation that began without these: they are to be added to it. */
  | { readonly is: 'without'; readonly missing: readonly FeedEntry[] }
  /** It ends before what is known, or is another one. */
  | { readonly is: 'lost' }

export interface KnownHistory {
  /** The last that was read. */
  readonly reached: Position | undefined
  readonly birth: string | undefined
  /** The highest sequence that is known of this birth, also by what was acknowledged. */
  readonly sequence: number
  readonly ends: readonly GenerationEnd[]
  readonly topics: ReadonlyMap<string, Position>
  /** All up to `meta` was read; `entries` are the last of it. */
  read(meta: ServerMeta, entries: readonly FeedEntry[]): void
  acknowledged(entry: FeedEntry, birth: string | undefined): void
  /** `sequence`: what was known when the look was sent. What was acknowledged since then it need not hold. */
  relationTo(look: ServerLook, sequence: number): Relation
  /** What is remembered after `at`, read or acknowledged, in order. */
  after(at: Position | undefined): readonly FeedEntry[]
  /** Of these, what is not known, as far as it only tightens: that may be carried over without authority (law 12). */
  tightening(entries: readonly FeedEntry[]): readonly FeedEntry[]
}

/** As many events as core remembers to fold each once. */
const REMEMBERED = 1024

export function createKnownHistory(): KnownHistory {
  let reached: Position | undefined
  let birth: string | undefined
  let ends: readonly GenerationEnd[] = []
  let topics: ReadonlyMap<string, Position> = new Map()
  /** By the event's id, in the order in which they were heard of. */
  const recent = new Map<string, FeedEntry>()
  const unread = new Map<string, FeedEntry>()

  function remember(entry: FeedEntry): void {
    recent.delete(entry.event.id)
    recent.set(entry.event.id, entry)
    if (recent.size <= REMEMBERED) return
    for (const oldest of recent.keys()) {
      recent.delete(oldest)
      return
    }
  }

  function sequence(): number {
    let highest = reached === undefined ? 0 : readPosition(reached)[1]
    for (const { position } of unread.values())
      highest = Math.max(highest, readPosition(position)[1])
    return highest
  }

  /** The entry that stands at `at`, as it was known, has another event now. */
  function isForked(look: ServerLook): boolean {
    const there = look.entries.find(({ position }) => position === reached)
    if (there === undefined) return false
    const known = [...recent.values()].find(({ position }) => position === reached)
    return known !== undefined && known.event.id !== there.event.id
  }

  return {
    get reached() {
      return reached
    },
    get birth() {
      return birth
    },
    get sequence() {
      return sequence()
    },
    get ends() {
      return ends
    },
    get topics() {
      return topics
    },
    read(meta, entries) {
      if (meta.birth !== birth) unread.clear()
      // another reader of this process may be further on
      else if (reached !== undefined && meta.sequence < readPosition(reached)[1]) return
      birth = meta.birth
      reached = positionOf(meta)
      ends = meta.ends
      topics = meta.topics
      for (const entry of entries) {
        remember(entry)
        unread.delete(entry.event.id)
      }
      // what a snapshot brought was read too
      for (const [id, { position }] of unread)
        if (comparePositions(position, reached) <= 0) unread.delete(id)
    },
    acknowledged(entry, ofBirth) {
      if (ofBirth !== birth || recent.has(entry.event.id)) return
      if (reached === undefined || comparePositions(entry.position, reached) > 0)
        unread.set(entry.event.id, entry)
    },
    relationTo(look, knownThen) {
      const { meta } = look
      if (birth === undefined || reached === undefined) return { is: 'whole' }
      if (meta === undefined) return { is: 'lost' }
      if (meta.birth === birth)
        return meta.sequence < knownThen || isForked(look) ? { is: 'lost' } : { is: 'whole' }
      if (meta.generation <= readPosition(reached)[0]) return { is: 'lost' }
      const taken = meta.ends.find(([one]) => one === birth)?.[1] ?? 0
      if (taken >= knownThen) return { is: 'whole' }
      const missing = [...recent.values(), ...unread.values()].filter(
        ({ position, event }) =>
          generationOf(position) === generationOf(reached as Position) &&
          readPosition(position)[1] > taken &&
          tightens(event),
      )
      return { is: 'without', missing }
    },
    after(at) {
      const rest = [...recent.values(), ...unread.values()].filter(
        ({ position }) =>
          (at === undefined || comparePositions(position, at) > 0) &&
          (reached === undefined || generationOf(position) === generationOf(reached)),
      )
      return rest.sort((a, b) => comparePositions(a.position, b.position))
    },
    tightening: (entries) =>
      entries.filter(
        ({ event }) => !recent.has(event.id) && !unread.has(event.id) && tightens(event),
      ),
  }
}

function tightens(event: FeedEvent): boolean {
  if (event.topic === 'revocation') return true
  if (event.topic === 'signal') return event.data.share > 0
  return event.topic === 'switch' && event.data.kind === 'suspend'
}

function generationOf(position: Position): number {
  return readPosition(position)[0]
}
