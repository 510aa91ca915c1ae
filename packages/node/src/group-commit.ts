// One write to the disk at a time; what comes meanwhile goes together in the next.

export interface GroupCommit<T> {
  /** Gives an item to the next group. What becomes of it, the group's commit tells its waiter. */
  add(item: T): void
  /** Resolves once all that was added so far is committed, or failed to be. */
  settled(): Promise<void>
}

/** `commit` must not reject: it answers each item by itself. */
export function createGroupCommit<T>(
  commit: (group: readonly T[]) => Promise<void>,
): GroupCommit<T> {
  let waiting: T[] = []
  let running = false
  let added = 0
  let done = 0
  let watchers: { readonly upTo: number; readonly resolve: () => void }[] = []

  async function run(): Promise<void> {
    running = true
    // what comes in this turn of the loop goes together
    await Promise.resolve()
    while (waiting.length > 0) {
      const group = waiting
      waiting = []
      await commit(group)
      done += group.length
      const told = watchers.filter(({ upTo }) => upTo <= done)
      watchers = watchers.filter(({ upTo }) => upTo > done)
      for (const { resolve } of told) resolve()
    }
    // in the same step as the last look: what comes later starts anew
    running = false
  }

  return {
    add(item) {
      waiting.push(item)
      added += 1
      if (!running) void run()
    },
    settled() {
      if (done === added) return Promise.resolve()
      return new Promise((resolve) => watchers.push({ upTo: added, resolve }))
    },
  }
}
