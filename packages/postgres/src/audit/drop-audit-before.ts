// Retention: whole days leave, and each chain keeps, under a MAC, what it goes on from. So verifying tells a day that was
// dropped from records that somebody removed.
import { ConfigurationError, describeValue } from '@countersign/core'
import { assertSchemaVersion } from '../migrations/schema-version.ts'
import { openDatabase } from '../open-database.ts'
import { checkPostgresOptions, type PostgresOptions } from '../postgres-options.ts'
import type { Transaction } from '../sql.ts'
import { readChains } from './audit-chains.ts'
import { endKey, keptMac } from './audit-end.ts'

export interface DropAudit {
  /** The first day that is kept, `2026-01-31` (UTC); today at the latest. Days are those on which the server kept a record. */
  readonly before: string
  /** Those of `createGuard`, newest first. */
  readonly secrets: readonly string[]
}

export interface DroppedAudit {
  /** In order, as `2026-01-30`. */
  readonly days: readonly string[]
}

const PATIENCE_MS = 600_000

/**
 * All days before, or none. The connection's role has to own the tables: the app's may not.
 *
 * @throws ConfigurationError `before_malformed`, `secret_missing`, and those of the options
 */
export async function dropAuditBefore(
  options: Omit<PostgresOptions, 'migrate'>,
  { before, secrets }: DropAudit,
): Promise<DroppedAudit> {
  checkPostgresOptions(options)
  const [secret] = secrets
  if (secret === undefined || secret === '') throw secretMissing()
  if (!isPastDay(before)) throw beforeMalformed(before)
  const sql = await openDatabase(options, { max: 1, patienceMs: PATIENCE_MS })
  try {
    await assertSchemaVersion(sql)
    return await sql.transaction((transaction) =>
      dropDays(transaction, sql.schema, before, endKey(secret)),
    )
  } finally {
    await sql.close()
  }
}

async function dropDays(
  { query, script }: Transaction,
  schema: string,
  before: string,
  key: Buffer,
): Promise<DroppedAudit> {
  await query('select pg_advisory_xact_lock(hashtext($1))', [`countersign ${schema} drop`])
  const parts = await query<{ part: string; day: string }>(
    `select c.relname as part, to_char(to_date(right(c.relname, 8), 'YYYYMMDD'), 'YYYY-MM-DD') as day
     from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = $1::regclass and to_date(right(c.relname, 8), 'YYYYMMDD') < $2::date
     order by day`,
    [`${schema}.audit_records`, before],
  )
  const lasts = await query<{ chain: string; seq: string; hash: string }>(
    `select distinct on (chain) chain, seq, hash from ${schema}.audit_records
     where recorded_on < $1::date order by chain, seq desc`,
    [before],
  )
  const chains = new Map((await readChains(query, schema)).map((row) => [row.chain, row]))
  for (const { chain, seq, hash } of lasts) {
    const row = chains.get(chain)
    // records without an end are for verifying to find: they are not dropped silently
    if (row === undefined) throw new Error(`the audit chain ${chain} has no end: verify the log`)
    const kept = { seq: Number(seq), hash }
    await query(
      `update ${schema}.audit_chains set kept_after_seq = $2, kept_after_hash = $3, kept_mac = $4
       where chain = $1`,
      [chain, kept.seq, kept.hash, keptMac(key, row, kept)],
    )
  }
  for (const { part } of parts)
    await script(`alter table ${schema}.audit_records detach partition ${schema}.${part};
      drop table ${schema}.${part}`)
  return { days: parts.map(({ day }) => day) }
}

function isPastDay(text: unknown): text is string {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const at = Date.parse(`${text}T00:00:00Z`)
  return at <= Date.now() && new Date(at).toISOString().startsWith(text)
}

function beforeMalformed(before: unknown): ConfigurationError {
  return new ConfigurationError({
    code: 'before_malformed',
    path: 'before',
    problem: 'must be a day that has begun, as 2026-01-31',
    got: describeValue(before),
    fix: 'Write the first day that is to be kept.',
  })
}

function secretMissing(): ConfigurationError {
  return new ConfigurationError({
    code: 'secret_missing',
    path: 'secrets',
    problem: "must hold the app's secret: where each chain goes on is kept under its key",
    got: 'none',
    fix: 'Set COUNTERSIGN_SECRET to the secret that the app is given.',
  })
}
