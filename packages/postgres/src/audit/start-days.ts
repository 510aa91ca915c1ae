// Makes the days' partitions ahead, so that no decision waits for one at midnight. A day that is missing all the same is
// made by the first record of it.
import type { Sql } from '../sql.ts'

const EVERY_MS = 6 * 3_600_000
const AGAIN_MS = 60_000

export interface Days {
  warnings(): readonly string[]
  stop(): Promise<void>
}

export function startDays({ schema, query }: Sql): Days {
  let stopped = false
  let failure: string | undefined
  let working: Promise<void> = Promise.resolve()
  let timer = later(AGAIN_MS * Math.random())

  function later(ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      working = prepare()
    }, ms).unref()
  }

  async function prepare(): Promise<void> {
    try {
      await query(`select ${schema}.prepare_audit_days()`)
      failure = undefined
    } catch (error) {
      failure = `the audit log's next days could not be prepared: ${String(error)}`
    }
    if (!stopped) timer = later(failure === undefined ? EVERY_MS : AGAIN_MS)
  }

  return {
    warnings: () => (failure === undefined ? [] : [failure]),
    async stop() {
      stopped = true
      clearTimeout(timer)
      await working
    },
  }
}
