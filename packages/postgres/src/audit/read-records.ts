// Records by query, a page at a time: a log is larger than memory.
import type { AuditEntry, AuditQuery, AuditRecord } from '@countersign/core'
import { encodeText } from '../encode-text.ts'
import type { Sql } from '../sql.ts'

/** A record with the copies that it is found by. */
export interface KeptRecord extends AuditRecord {
  readonly copies: {
    readonly at: number
    readonly subject: string | null
    readonly decision: string | null
  }
}

interface Row {
  readonly chain: string
  readonly seq: string | number
  readonly previous: string
  readonly hash: string
  readonly at: string | number
  readonly subject: string | null
  readonly decision: string | null
  readonly entry: string
}

const PAGE = 500

/** In the order of chains, then of numbers. */
export async function* readRecords(sql: Sql, query: AuditQuery): AsyncGenerator<KeptRecord> {
  const { text, values } = toStatement(sql.schema, query)
  let after: readonly [chain: string, seq: number] = ['', 0]
  for (;;) {
    const rows = await sql.query<Row>(text, [...after, ...values])
    for (const row of rows) yield toRecord(row)
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return
    after = [last.chain, Number(last.seq)]
  }
}

function toStatement(schema: string, query: AuditQuery): { text: string; values: unknown[] } {
  const values: unknown[] = []
  const where = ['(chain, seq) > ($1, $2::bigint)']
  function ask(condition: string, value: unknown): void {
    if (value === undefined) return
    values.push(value)
    where.push(`${condition} $${values.length + 2}`)
  }
  ask('chain =', query.chain)
  ask('subject =', query.subject === undefined ? undefined : encodeText(query.subject))
  ask('decision =', query.decision === undefined ? undefined : encodeText(query.decision))
  ask('at >=', query.from === undefined ? undefined : toBigint(query.from, Math.ceil))
  ask('at <=', query.to === undefined ? undefined : toBigint(query.to, Math.floor))
  const text = `select chain, seq, previous, hash, at, subject, decision, entry
    from ${schema}.audit_records where ${where.join(' and ')} order by chain, seq limit ${PAGE}`
  return { text, values }
}

/** What a bigint can hold, as text: digits beyond those of a double are never written. */
export function toBigint(at: number, round: (value: number) => number = Math.trunc): string {
  const whole = round(at)
  if (Number.isSafeInteger(whole)) return String(whole)
  if (whole > 0) return String(Number.MAX_SAFE_INTEGER)
  return String(whole < 0 ? Number.MIN_SAFE_INTEGER : 0)
}

function toRecord(row: Row): KeptRecord {
  return {
    chain: row.chain,
    seq: Number(row.seq),
    previous: row.previous,
    hash: row.hash,
    entry: parseEntry(row.entry),
    copies: { at: Number(row.at), subject: row.subject, decision: row.decision },
  }
}

/** Where somebody made it no JSON any more it is shown as such; its hash does not fit, and verifying tells. */
function parseEntry(text: string): AuditEntry {
  try {
    return JSON.parse(text) as AuditEntry
  } catch {
    return { type: 'gap', at: 0, unreadable: text.slice(0, 200) }
  }
}
