// The store in PostgreSQL: each operation is one statement, by the server's clock, and so atomic for all instances.
import type { Counters, Json, Store, StoreEntry, StoreKey } from '@countersign/core'
import { decodeText, encodeText } from '../encode-text.ts'
import type { Sql } from '../sql.ts'
import { startCleanup } from './start-cleanup.ts'

interface Row {
  readonly id: string
  readonly value: string
  readonly version: string | number
}

const PAGE = 500

/** Closes `sql` when it is closed. */
export function openStore(sql: Sql): Store {
  const { schema, query } = sql
  const entries = `${schema}.store_entries`
  const alive = `(expires_at is null or expires_at > ${schema}.store_now())`
  const cleanup = startCleanup(sql)
  let closed = false

  function assertOpen(): void {
    if (closed) throw new Error('the store is closed')
  }

  async function changed(text: string, values: readonly unknown[]): Promise<boolean> {
    return (await query(text, values)).length > 0
  }

  async function put(
    key: StoreKey,
    value: Json,
    expect: string | 'absent' | 'any',
    ttlMs: number | undefined,
  ): Promise<boolean> {
    const values = [...columnsOf(key), JSON.stringify(value), wholeMs(ttlMs)]
    const next = `value = $4, version = nextval('${schema}.store_versions'),
      expires_at = ${schema}.store_now() + $5::bigint`
    if (expect !== 'any' && expect !== 'absent')
      return changed(
        `update ${entries} set ${next}
         where owner = $1 and kind = $2 and id = $3 and version::text = $6 and ${alive} returning id`,
        [...values, expect],
      )
    const only =
      expect === 'absent' ? `where not coalesce(e.expires_at > ${schema}.store_now(), true)` : ''
    return changed(
      `insert into ${entries} as e (owner, kind, id, value, version, expires_at)
       values ($1, $2, $3, $4, nextval('${schema}.store_versions'), ${schema}.store_now() + $5::bigint)
       on conflict (owner, kind, id) do update set ${next} ${only} returning e.id`,
      values,
    )
  }

  async function remove(key: StoreKey, expect: string | 'absent' | 'any'): Promise<boolean> {
    if (expect === 'absent') return (await read(key)) === undefined
    const where = `owner = $1 and kind = $2 and id = $3`
    if (expect === 'any') {
      await query(`delete from ${entries} where ${where}`, columnsOf(key))
      return true
    }
    return changed(
      `delete from ${entries} where ${where} and version::text = $4 and ${alive} returning id`,
      [...columnsOf(key), expect],
    )
  }

  async function read(key: StoreKey): Promise<StoreEntry | undefined> {
    const [row] = await query<Row>(
      `select id, value, version from ${entries} where owner = $1 and kind = $2 and id = $3 and ${alive}`,
      columnsOf(key),
    )
    return row && toEntry(key, row)
  }

  async function totalsOf(key: StoreKey): Promise<Counters> {
    return ((await read(key))?.value ?? {}) as Counters
  }

  return {
    async read(key) {
      assertOpen()
      return read(key)
    },
    async write(key, value, expect, ttlMs) {
      assertOpen()
      return value === undefined ? remove(key, expect) : put(key, value, expect, ttlMs)
    },
    async addIfBelow(key, add, limit, ttlMs) {
      assertOpen()
      const names = Object.keys(add)
      const [owner, kind, id] = columnsOf(key)
      // what is no number to PostgreSQL compares otherwise than here
      if (!names.every((name) => isAddable(add[name], limit[name])))
        return { added: false, totals: await totalsOf(key) }
      const [row] = await query<{ added: boolean; totals: string }>(
        `select * from ${schema}.add_if_below($1, $2, $3, $4, $5, $6, $7)`,
        [
          ...[kind, owner, id, names],
          ...[names.map((name) => add[name]), names.map((name) => limit[name]), wholeMs(ttlMs)],
        ],
      )
      if (row === undefined) throw new Error('the store gave no answer')
      return { added: row.added, totals: JSON.parse(row.totals) as Counters }
    },
    async *list(kind, owner) {
      assertOpen()
      let after = ''
      for (;;) {
        const rows = await query<Row>(
          `select id, value, version from ${entries}
           where owner = $1 and kind = $2 and id > $3 and ${alive} order by id limit ${PAGE}`,
          [encodeText(owner), encodeText(kind), after],
        )
        for (const row of rows) yield toEntry([kind, owner, decodeText(row.id)], row)
        after = rows.at(-1)?.id ?? after
        if (rows.length < PAGE) return
        assertOpen()
      }
    },
    async close() {
      if (closed) return
      closed = true
      await cleanup.stop()
      await sql.close()
    },
  }
}

function isAddable(amount: unknown, most: unknown): boolean {
  return (
    typeof amount === 'number' && amount >= 0 && typeof most === 'number' && !Number.isNaN(most)
  )
}

function wholeMs(ttlMs: number | undefined): number | null {
  return ttlMs === undefined ? null : Math.ceil(ttlMs)
}

function columnsOf([kind, owner, id]: StoreKey): [owner: string, kind: string, id: string] {
  return [encodeText(owner), encodeText(kind), encodeText(id)]
}

function toEntry(key: StoreKey, { value, version }: Row): StoreEntry {
  return { key, value: JSON.parse(value) as Json, version: String(version) }
}
