// A pool of connections to a server, bounded in connections, in time and in what waits. It mends itself: a connection
// that failed is thrown away, and the next use opens another.
import pg, { type PoolConfig } from 'pg'
import { listenOn } from './listen-on.ts'
import type { Sql } from './sql.ts'

/** A server that does not answer in this time is taken to be away: law 6 counts from the last answer. */
const PATIENCE_MS = 5_000
/** What waits for a connection is memory; beyond it is refused at once, and so strict. */
const WAITING_MOST = 2_000

export interface OpenPoolOptions {
  readonly schema: string
  readonly config: PoolConfig
  /** Connections at most, besides one that listens. */
  readonly max: number
  /** A statement that takes longer fails. @default 5 s */
  readonly patienceMs?: number | undefined
}

/** Connects at the first use. */
export function openPool(options: OpenPoolOptions): Sql {
  const { schema, config, max, patienceMs = PATIENCE_MS } = options
  const settings: PoolConfig = {
    application_name: 'countersign',
    connectionTimeoutMillis: PATIENCE_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    ...config,
    allowExitOnIdle: true,
    // the server's own limit comes first, where it is there to keep it
    statement_timeout: patienceMs - 500,
    query_timeout: patienceMs,
    max,
  }
  const pool = new pg.Pool(settings)
  // an idle connection that breaks is replaced at the next use; unheard, its error would end the process
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))

  function assertRoom(): void {
    if (pool.waitingCount >= WAITING_MOST)
      throw new Error(`PostgreSQL is too slow: ${pool.waitingCount} operations wait for it`)
  }

  return {
    schema,
    async query<Row>(text: string, values?: readonly unknown[]) {
      assertRoom()
      return (await pool.query(text, values as unknown[])).rows as Row[]
    },
    async transaction(work) {
      assertRoom()
      const client = await pool.connect()
      try {
        await client.query('begin')
        const result = await work({
          query: async <Row>(text: string, values?: readonly unknown[]) =>
            (await client.query(text, values as unknown[])).rows as Row[],
          script: async (text) => void (await client.query(text)),
        })
        await client.query('commit')
        client.release()
        return result
      } catch (error) {
        // thrown away with its transaction: it may still be busy with a statement that nobody waits for
        client.release(true)
        throw error
      }
    },
    listen: (channel, wake) => listenOn(settings, channel, wake),
    close: () => pool.end(),
  }
}
