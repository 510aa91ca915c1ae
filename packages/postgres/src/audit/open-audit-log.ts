// The audit log in PostgreSQL: a batch is one statement, all or nothing. Each instance writes a chain of its own, so that
// none waits for another.
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { AuditLog, AuditQuery, AuditRecord, SealedRecord } from '@countersign/core'
import type { Sql } from '../sql.ts'
import { nextNumber, readChain } from './audit-chains.ts'
import { endKey, endMac, isMac, type NamedChain } from './audit-end.ts'
import { copyOf } from './copy-of.ts'
import { readRecords, toBigint } from './read-records.ts'
import { startDays } from './start-days.ts'

export interface OpenedAuditLog extends AuditLog {
  readonly chain: string
  warnings(): readonly string[]
}

/** Another instance began a chain at the same moment: its number was taken. */
const TRIES = 20

/** `secrets`: newest first, at least one. Closes `sql` when it is closed. */
export function openAuditLog(sql: Sql, secrets: readonly string[]): OpenedAuditLog {
  const { schema, query } = sql
  const keys = secrets.map(endKey)
  const key = keys[0] as Buffer
  const numbers = new Map<string, number>()
  const days = startDays(sql)
  /** Why the last attempt failed; cleared by the next batch that is kept. */
  let failure: string | undefined
  let found: string | undefined
  let closed = false

  function assertOpen(): void {
    if (closed) throw new Error('the audit log is closed')
  }

  function remember(error: unknown): never {
    failure = error instanceof Error ? error.message : String(error)
    throw error
  }

  async function append(chain: string, batch: readonly SealedRecord[]): Promise<void> {
    const first = batch[0]
    if (first === undefined) return
    for (let tries = 0; tries < TRIES; tries++) {
      const number =
        numbers.get(chain) ??
        (await readChain(query, schema, chain))?.number ??
        (await nextNumber(query, schema))
      const answer = await send({ chain, number }, first, batch)
      if (answer !== 'taken') {
        numbers.set(chain, number)
        return
      }
      numbers.delete(chain)
      // only a chain that begins can have met another that did
      if (first.seq !== 1) break
    }
    throw new Error(`record ${first.seq} does not follow the end of the chain ${chain}`)
  }

  async function send(
    named: NamedChain,
    first: SealedRecord,
    batch: readonly SealedRecord[],
  ): Promise<'kept' | 'again' | 'taken'> {
    const last = batch.at(-1) ?? first
    const [row] = await query<{ answer: 'kept' | 'again' | 'taken' }>(
      `select ${schema}.append_audit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as answer`,
      [
        ...[named.chain, named.number, first.seq - 1, first.previous],
        batch.map(({ hash }) => hash),
        batch.map(({ entry }) => toBigint(entry.at)),
        batch.map(({ entry }) => copyOf(entry.subject)),
        batch.map(({ entry }) => copyOf(entry.id)),
        batch.map(({ text }) => text),
        endMac(key, named, last),
      ],
    )
    if (row === undefined) throw new Error('the audit log gave no answer')
    return row.answer
  }

  async function* read(wanted: AuditQuery): AsyncGenerator<AuditRecord> {
    for await (const { copies: _, ...record } of readRecords(sql, wanted)) {
      yield record
      assertOpen()
    }
  }

  return {
    chain: chainOfThisInstance(),
    async append(chain, batch) {
      assertOpen()
      await append(chain, batch).catch(remember)
      failure = undefined
    },
    async head(chain) {
      assertOpen()
      const known = await readChain(query, schema, chain).catch(remember)
      if (known === undefined) return undefined
      found = keys.some((one) => isMac(known.mac, endMac(one, known, known.end)))
        ? undefined
        : `the end of the audit log ${chain} was not made by this secret: run countersign audit verify`
      return known.end
    },
    async *read(wanted) {
      assertOpen()
      yield* read(wanted)
    },
    warnings: () => [
      ...(found === undefined ? [] : [found]),
      ...(failure === undefined ? [] : [`the audit log cannot be written: ${failure}`]),
      ...days.warnings(),
    ],
    async close() {
      if (closed) return
      closed = true
      await days.stop()
      await sql.close()
    },
  }
}

/** Never used again: so nobody else ever writes it, and a process that comes back late cannot either. */
function chainOfThisInstance(): string {
  const host = hostname()
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 40)
  return `${host || 'host'}-${randomUUID().slice(0, 13)}`
}
