// Refusals without identity are counted, not recorded one by one: whoever has no account cannot fill the log.
import type { AuditEntry } from '../ports/audit-log.ts'

const KEYS_KEPT = 64
const LONGEST_KEY = 80
const OTHER = 'other'

export interface RefusalCounts {
  add(key: string, at: number): void
  /** What was counted since the last call, as an entry; `undefined` where nothing was. */
  take(at: number): AuditEntry | undefined
}

export function createRefusalCounts(): RefusalCounts {
  let counts = new Map<string, number>()
  let from = 0
  return {
    add(key, at) {
      if (counts.size === 0) from = at
      const short = key.slice(0, LONGEST_KEY)
      const kept = counts.has(short) || counts.size < KEYS_KEPT ? short : OTHER
      counts.set(kept, (counts.get(kept) ?? 0) + 1)
    },
    take(at) {
      if (counts.size === 0) return undefined
      const taken = counts
      counts = new Map()
      return { type: 'counts', at, from, counts: Object.fromEntries(taken) }
    },
  }
}
