// PGlite as the database: PostgreSQL in this process, with one connection. Whoever made it closes it.
import type { PGliteLike } from './postgres-options.ts'
import type { Sql } from './sql.ts'

export function openPGlite(pglite: PGliteLike, schema: string): Sql {
  let closed = false

  function assertOpen(): void {
    if (closed) throw new Error('the database is closed')
  }

  return {
    schema,
    async query<Row>(text: string, values: readonly unknown[] = []) {
      assertOpen()
      return (await pglite.query<Row>(text, [...values])).rows
    },
    async transaction(work) {
      assertOpen()
      return pglite.transaction((transaction) =>
        work({
          query: async <Row>(text: string, values: readonly unknown[] = []) =>
            (await transaction.query<Row>(text, [...values])).rows,
          script: async (text) => void (await transaction.exec(text)),
        }),
      )
    },
    listen(channel, wake) {
      const listening = pglite.listen(channel, wake)
      listening.catch(() => {})
      return {
        async stop() {
          const end = await listening.catch(() => undefined)
          await end?.()
        },
      }
    },
    async close() {
      closed = true
    },
  }
}
