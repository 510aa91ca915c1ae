// How many messages may be worked on at a time: beyond that the sender is asked to come again, and nothing piles up here.

export interface InFlight {
  /** Runs it where there is a place; `undefined` where there is none. */
  run<T>(work: () => Promise<T>): Promise<T> | undefined
}

export function limitInFlight(most: number): InFlight {
  let running = 0
  return {
    run(work) {
      if (running >= most) return undefined
      running += 1
      return work().finally(() => {
        running -= 1
      })
    },
  }
}
