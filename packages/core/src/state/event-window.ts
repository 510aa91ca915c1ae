// The ids of the last events: an append that was repeated after a lost reply is folded once.

const REMEMBERED = 1024

export interface EventWindow {
  has(id: string): boolean
  /** True where the id is new; it is then remembered. */
  add(id: string): boolean
  toJson(): readonly string[]
}

export function createEventWindow(ids: readonly string[] = []): EventWindow {
  const seen = new Set<string>(ids)
  return {
    has: (id) => seen.has(id),
    add(id) {
      if (seen.has(id)) return false
      seen.add(id)
      if (seen.size > REMEMBERED) {
        for (const oldest of seen) {
          seen.delete(oldest)
          break
        }
      }
      return true
    },
    toJson: () => [...seen],
  }
}
