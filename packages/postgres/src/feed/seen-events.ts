// What this process saw lately, by position: another event at the same place tells of another history.
import type { FeedEntry, Position } from '@countersign/core'
import { encodeText } from '../encode-text.ts'

export interface SeenEvents {
  add(entries: readonly FeedEntry[]): void
  /** As the table keeps it. */
  idAt(position: Position): string | undefined
}

const KEPT = 4_096

export function createSeenEvents(): SeenEvents {
  const ids = new Map<Position, string>()
  return {
    add(entries) {
      for (const { position, event } of entries) {
        ids.delete(position)
        ids.set(position, encodeText(event.id))
      }
      for (const position of ids.keys()) {
        if (ids.size <= KEPT) return
        ids.delete(position)
      }
    },
    idAt: (position) => ids.get(position),
  }
}
