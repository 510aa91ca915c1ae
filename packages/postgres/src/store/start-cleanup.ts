// Takes away what is over, beside all else: a few rows at a time, so that nobody waits for it.
import type { Sql } from '../sql.ts'

const EVERY_MS = 60_000
const AT_ONCE = 500

export interface Cleanup {
  stop(): Promise<void>
}

export function startCleanup(sql: Sql): Cleanup {
  let stopped = false
  let working: Promise<unknown> = Promise.resolve()
  // instances that started together do not clean together
  let timer = later(EVERY_MS * (0.5 + Math.random()))

  function later(ms: number): NodeJS.Timeout {
    return setTimeout(run, ms).unref()
  }

  function run(): void {
    working = clean()
      // the next time is soon enough: what is over is not read either way
      .catch(() => {})
      .then(() => {
        if (!stopped) timer = later(EVERY_MS)
      })
  }

  async function clean(): Promise<void> {
    while (!stopped && (await deleteExpired(sql, AT_ONCE)) === AT_ONCE);
  }

  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await working
    },
  }
}

/** Passes over those that somebody is just writing. Returns how many there were, at most `most`. */
export async function deleteExpired({ schema, query }: Sql, most: number): Promise<number> {
  const rows = await query(
    `delete from ${schema}.store_entries where ctid in (
       select ctid from ${schema}.store_entries where expires_at <= ${schema}.store_now()
       order by expires_at limit $1 for update skip locked
     ) and expires_at <= ${schema}.store_now() returning 1`,
    [most],
  )
  return rows.length
}
