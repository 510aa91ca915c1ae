// The rows that tell where chains end.
import type { ChainEnd } from '@countersign/core'
import type { Query } from '../sql.ts'
import type { NamedChain } from './audit-end.ts'

export interface ChainRow extends NamedChain {
  readonly end: ChainEnd
  /** The last record that was dropped with its day; number 0 where none was. */
  readonly kept: ChainEnd
  readonly mac: string
  readonly keptMac: string | null
}

interface Row {
  readonly chain: string
  readonly number: number
  readonly seq: string | number
  readonly hash: string
  readonly kept_after_seq: string | number
  readonly kept_after_hash: string
  readonly mac: string
  readonly kept_mac: string | null
}

/** In the order in which they began. */
export async function readChains(query: Query, schema: string): Promise<ChainRow[]> {
  return (await query<Row>(`select * from ${schema}.audit_chains order by number`)).map(toChain)
}

export async function readChain(
  query: Query,
  schema: string,
  chain: string,
): Promise<ChainRow | undefined> {
  const [row] = await query<Row>(`select * from ${schema}.audit_chains where chain = $1`, [chain])
  return row && toChain(row)
}

/** The number that the next chain will have. */
export async function nextNumber(query: Query, schema: string): Promise<number> {
  const [row] = await query<{ next: number }>(
    `select coalesce(max(number), 0) + 1 as next from ${schema}.audit_chains`,
  )
  return row?.next ?? 1
}

function toChain(row: Row): ChainRow {
  return {
    chain: row.chain,
    number: row.number,
    end: { seq: Number(row.seq), hash: row.hash },
    kept: { seq: Number(row.kept_after_seq), hash: row.kept_after_hash },
    mac: row.mac,
    keptMac: row.kept_mac,
  }
}
