// Checks the audit log against its chains and their ends, while apps write to it.
import {
  type AuditProblem,
  type AuditRecord,
  type AuditVerification,
  type ChainEnd,
  EMPTY_CHAIN,
  type VerifiedChain,
  verifyChain,
} from '@countersign/core'
import { assertSchemaVersion } from '../migrations/schema-version.ts'
import { openDatabase } from '../open-database.ts'
import { checkPostgresOptions, type PostgresOptions } from '../postgres-options.ts'
import { sha256 } from '../sha256.ts'
import type { Sql } from '../sql.ts'
import { type ChainRow, readChains } from './audit-chains.ts'
import { endKey, endMac, isMac, keptMac } from './audit-end.ts'
import { copyOf } from './copy-of.ts'
import { type KeptRecord, readRecords, toBigint } from './read-records.ts'

const PATIENCE_MS = 600_000
const PROBLEMS_TOLD = 100

/**
 * `secrets`: those of `createGuard`; without one a cut tail is found only if it is clumsy. It changes nothing, and the
 * app's role may do it.
 */
export async function verifyPostgresAudit(
  options: Omit<PostgresOptions, 'migrate'>,
  secrets: readonly string[] = [],
): Promise<AuditVerification> {
  checkPostgresOptions(options)
  const sql = await openDatabase(options, { max: 1, patienceMs: PATIENCE_MS })
  try {
    await assertSchemaVersion(sql)
    return await verifyLog(sql, secrets.map(endKey))
  } finally {
    await sql.close()
  }
}

async function verifyLog(sql: Sql, keys: readonly Buffer[]): Promise<AuditVerification> {
  // the ends first: the log has by then at least what they tell
  const known = await readChains(sql.query, sql.schema)
  const chains: VerifiedChain[] = []
  for (const row of known) chains.push(await verifyOne(sql, row, keys))
  chains.push(...(await strayChains(sql)), ...missingNumbers(known))
  const gone = chains.length === 0 && (await hasHistory(sql))
  return { ok: !gone && chains.every(({ problems }) => problems.length === 0), chains, gone }
}

async function verifyOne(sql: Sql, row: ChainRow, keys: readonly Buffer[]): Promise<VerifiedChain> {
  const { chain, end, kept } = row
  const problems: AuditProblem[] = []
  const records = compared(readRecords(sql, { chain }), problems)
  const report = await verifyChain(chain, records, sha256, end, kept)
  const verified = keys.some((key) => isMac(row.mac, endMac(key, row, end)))
  const keptHolds =
    kept.seq === 0 || keys.some((key) => isMac(row.keptMac, keptMac(key, row, kept)))
  if (keys.length > 0 && !verified)
    problems.push({ chain, seq: end.seq, kind: 'end_unverified', text: END_UNVERIFIED })
  if (keys.length > 0 && !keptHolds)
    problems.push({ chain, seq: kept.seq, kind: 'end_unverified', text: KEPT_UNVERIFIED })
  const endIs = keys.length === 0 ? 'not_checked' : verified ? 'verified' : 'unverified'
  return { ...report, problems: [...report.problems, ...problems], endIs }
}

const END_UNVERIFIED = 'the record of where the chain ends was not made with this secret'
const KEPT_UNVERIFIED =
  'that the records up to here were dropped with their day was not said with this secret: they were removed'

/** Looks on the way at what the records are found by: who changed that would hide them, and break no hash. */
async function* compared(
  records: AsyncIterable<KeptRecord>,
  problems: AuditProblem[],
): AsyncGenerator<AuditRecord> {
  for await (const { copies, ...record } of records) {
    const { chain, seq, entry } = record
    const same =
      String(copies.at) === toBigint(entry.at) &&
      copies.subject === copyOf(entry.subject) &&
      copies.decision === copyOf(entry.id)
    if (!same && problems.length < PROBLEMS_TOLD) {
      const text = `record ${seq} is found by a time, a subject or an id that it does not have`
      problems.push({ chain, seq, kind: 'copy_changed', text })
    }
    yield record
  }
}

/** Records of a chain whose end is gone. */
async function strayChains(sql: Sql): Promise<VerifiedChain[]> {
  const rows = await sql.query<{ chain: string }>(
    `select distinct chain from ${sql.schema}.audit_records r
     where not exists (select from ${sql.schema}.audit_chains c where c.chain = r.chain) order by 1`,
  )
  const found: VerifiedChain[] = []
  for (const { chain } of rows) {
    const report = await verifyChain(chain, readRecords(sql, { chain }), sha256)
    const text =
      'the record of where the chain ends is missing: what came last may have been cut off'
    const missing = { chain, seq: report.end.seq, kind: 'end_missing', text } as const
    found.push({ ...report, problems: [...report.problems, missing], endIs: 'missing' })
  }
  return found
}

/** Chains are numbered without gaps: one that was removed whole is missed, unless it was the newest. */
function missingNumbers(known: readonly ChainRow[]): VerifiedChain[] {
  const there = new Set(known.map(({ number }) => number))
  const last = Math.max(0, ...there)
  const missing = Array.from({ length: last }, (_, index) => index + 1).filter(
    (number) => !there.has(number),
  )
  return missing.map((number) => {
    const chain = `the chain with the number ${number}`
    const end: ChainEnd = EMPTY_CHAIN
    const text = `it was removed whole, with the record of where it ended`
    const problems = [{ chain, seq: 0, kind: 'chain_missing', text } as const]
    return { chain, records: 0, end, problems, endIs: 'missing' }
  })
}

async function hasHistory({ schema, query }: Sql): Promise<boolean> {
  const [row] = await query<{ there: boolean }>(
    `select exists (select from ${schema}.feed_topics where topic in ('policy', 'switch')) as there`,
  )
  return row?.there === true
}
