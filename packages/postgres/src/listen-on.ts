// One connection that listens, beside the pool. It may break unnoticed: whoever listens also looks by themselves.
import pg, { type ClientConfig } from 'pg'
import type { Listening } from './sql.ts'

const RETRY_FIRST_MS = 100
const RETRY_MOST_MS = 5_000

export function listenOn(config: ClientConfig, channel: string, wake: () => void): Listening {
  let stopped = false
  let cutShort = (): void => {}
  const running = run()

  async function run(): Promise<void> {
    let retryMs = RETRY_FIRST_MS
    while (!stopped) {
      const since = performance.now()
      await listenOnce().catch(() => {})
      if (performance.now() - since > RETRY_MOST_MS) retryMs = RETRY_FIRST_MS
      if (stopped) return
      await pause(retryMs)
      retryMs = Math.min(retryMs * 2, RETRY_MOST_MS)
    }
  }

  /** Resolves when the connection is over. */
  async function listenOnce(): Promise<void> {
    const mine = new pg.Client(config)
    const over = new Promise<void>((resolve) => {
      mine.once('end', resolve)
      mine.once('error', () => resolve())
      cutShort = resolve
    })
    // heard, or a second error would end the process
    mine.on('error', () => {})
    mine.on('notification', wake)
    try {
      await mine.connect()
      await mine.query(`listen ${channel}`)
      // an app that is done with everything else may end
      ;(mine as pg.Client & { unref(): void }).unref()
      // what came while nobody listened
      wake()
      await over
    } finally {
      // not awaited: a server that hangs does not say goodbye
      mine.end().catch(() => {})
    }
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      timer.unref()
      cutShort = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  return {
    async stop() {
      stopped = true
      cutShort()
      await running
    },
  }
}
