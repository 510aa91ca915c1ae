// A feed as an engine follows it: folded, with what it made of all that came, and without its error being an end.
import { createState, type Feed, type FeedBatch, type State } from '@countersign/core'

export interface Followed {
  readonly state: State
  readonly batches: readonly FeedBatch[]
  /** Resolves as soon as it holds, looked at after each batch. @throws after 30 s */
  until(test: (state: State) => boolean): Promise<void>
  stop(): Promise<void>
}

export function followed(feed: Feed): Followed {
  const state = createState({ now: Date.now })
  const batches: FeedBatch[] = []
  const stop = new AbortController()
  const lookers = new Set<() => void>()
  const running = run()

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        for await (const batch of feed.follow(state.position, 30, stop.signal, folded)) {
          const applied = state.apply(batch)
          if (!applied.ok) throw new Error(applied.text)
          batches.push(batch)
          for (const look of lookers) look()
        }
      } catch {
        // a server that is away: it is followed again
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
  }

  async function folded() {
    const { position } = state
    return position && { at: position, state: await state.toLastSnapshot() }
  }

  return {
    state,
    batches,
    until: (test) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          lookers.delete(look)
          reject(new Error(`not in time; folded is ${state.position}`))
        }, 30_000)
        function look(): void {
          if (!test(state)) return
          clearTimeout(late)
          lookers.delete(look)
          resolve()
        }
        lookers.add(look)
        look()
      }),
    async stop() {
      stop.abort()
      await running
    },
  }
}
