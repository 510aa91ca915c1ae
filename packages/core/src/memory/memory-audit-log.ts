// The audit log in memory: for tests, and for the edge, where nothing is durable.
import type { AuditLog, AuditQuery, AuditRecord } from '../ports/audit-log.ts'

export function memoryAuditLog(): AuditLog {
  const chains = new Map<string, AuditRecord[]>()
  let closed = false

  function assertOpen(): void {
    if (closed) throw new Error('the audit log is closed')
  }

  return {
    async append(chain, batch) {
      assertOpen()
      const kept = batch.map(({ text, ...record }) =>
        Object.freeze({ ...record, entry: JSON.parse(text) }),
      )
      const records = chains.get(chain)
      if (records === undefined) chains.set(chain, kept)
      else for (const record of kept) records.push(record)
    },
    async head(chain) {
      assertOpen()
      const last = chains.get(chain)?.at(-1)
      return last && { seq: last.seq, hash: last.hash }
    },
    async *read(query) {
      assertOpen()
      for (const records of [...chains.values()]) {
        const length = records.length
        for (let index = 0; index < length; index++) {
          const record = records[index] as AuditRecord
          if (matchesQuery(record, query)) yield record
        }
      }
    },
    async close() {
      closed = true
    },
  }
}

/** True where the record answers the query; every part that is given has to fit. */
export function matchesQuery(record: AuditRecord, query: AuditQuery): boolean {
  const { entry } = record
  return (
    (query.chain === undefined || record.chain === query.chain) &&
    (query.subject === undefined || entry.subject === query.subject) &&
    (query.decision === undefined || entry.id === query.decision) &&
    (query.from === undefined || entry.at >= query.from) &&
    (query.to === undefined || entry.at <= query.to)
  )
}
