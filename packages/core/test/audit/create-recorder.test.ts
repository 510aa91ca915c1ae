import { describe, expect, it } from 'vitest'
import { verifyChain } from '../../src/audit/chain-records.ts'
import { createRecorder } from '../../src/audit/create-recorder.ts'
import type { RecorderOptions } from '../../src/audit/recorder.ts'
import { sha256Subtle } from '../../src/audit/sha256-subtle.ts'
import { memoryAuditLog } from '../../src/memory/memory-audit-log.ts'
import type { AuditEntry, AuditLog, AuditRecord, SealedRecord } from '../../src/ports/audit-log.ts'
import { systemClock } from '../../src/ports/clock.ts'

function decision(id: string, more: object = {}): AuditEntry {
  return { type: 'decision', at: 1, id, ...more }
}

/** A log whose appends go wrong as told: `lost` is kept but answered with an error. */
function faulty() {
  const log = memoryAuditLog()
  const faults: ('fails' | 'lost')[] = []
  const batches: number[] = []
  let headFails = 0
  const audit: AuditLog = {
    ...log,
    async append(chain: string, batch: readonly SealedRecord[]) {
      const fault = faults.shift()
      if (fault === 'fails') throw new Error('no space')
      await log.append(chain, batch)
      batches.push(batch.length)
      if (fault === 'lost') throw new Error('the reply was lost')
    },
    async head(chain: string) {
      if (headFails > 0) {
        headFails -= 1
        throw new Error('the log is away')
      }
      return log.head(chain)
    },
  }
  return {
    audit,
    faults,
    batches,
    failHead(times: number) {
      headFails = times
    },
  }
}

function recorder(audit: AuditLog, more: Partial<RecorderOptions> = {}) {
  const errors: unknown[] = []
  const made = createRecorder({
    audit,
    chain: 'main',
    clock: systemClock,
    onError: (error) => errors.push(error),
    ...more,
  })
  return { ...made, errors }
}

async function readAll(audit: AuditLog): Promise<AuditRecord[]> {
  const records: AuditRecord[] = []
  for await (const record of audit.read({ chain: 'main' })) records.push(record)
  return records
}

async function verified(audit: AuditLog): Promise<AuditRecord[]> {
  const records = await readAll(audit)
  const head = await audit.head('main')
  expect((await verifyChain('main', records, sha256Subtle, head)).problems).toEqual([])
  return records
}

const ids = (records: AuditRecord[]) => records.map(({ entry }) => entry.id ?? entry.type)

describe('createRecorder', () => {
  it('a record is in the log once it resolves, chained to the one before', async () => {
    const audit = memoryAuditLog()
    const { record } = recorder(audit)
    await record(decision('a'))
    await record(decision('b'))
    expect(ids(await verified(audit))).toEqual(['a', 'b'])
  })

  it('goes on with a chain that another process began', async () => {
    const audit = memoryAuditLog()
    await recorder(audit).record(decision('a'))
    await recorder(audit).record(decision('b'))
    expect((await verified(audit)).map(({ seq }) => seq)).toEqual([1, 2])
  })

  it('what comes while an append is under way goes in one batch', async () => {
    const { audit, batches } = faulty()
    const { record } = recorder(audit)
    await Promise.all(Array.from({ length: 3000 }, (_, index) => record(decision(`d${index}`))))
    expect(batches).toEqual([1024, 1024, 952])
    expect(await verified(audit)).toHaveLength(3000)
  })

  it('notes are gathered and kept, in order with records', async () => {
    const { audit, batches } = faulty()
    const { note, record, flush } = recorder(audit)
    note(decision('a'))
    note(decision('b'))
    await record(decision('c'))
    note(decision('d'))
    await flush()
    expect(batches).toEqual([3, 1])
    expect(ids(await verified(audit))).toEqual(['a', 'b', 'c', 'd'])
  })

  it('an entry that comes just as a batch is done is not forgotten', async () => {
    const audit = memoryAuditLog()
    const { record } = recorder(audit)
    for (let round = 0; round < 20; round++) {
      await record(decision('x')).then(() => record(decision('y')))
    }
    expect(await verified(audit)).toHaveLength(40)
  })

  it('a failed append rejects the record and keeps the notes for later', async () => {
    const { audit, faults } = faulty()
    const { note, record, flush, health, errors } = recorder(audit)
    faults.push('fails')
    note(decision('noted'))
    await expect(record(decision('a'))).rejects.toThrow('the audit log cannot be written')
    expect(health()).toMatchObject({ ok: false, queued: 1, lost: 0 })
    await expect(record(decision('b'))).rejects.toThrow('the audit log cannot be written')
    await expect(flush()).rejects.toThrow('the audit log cannot be written')
    await expect.poll(() => health().ok).toBe(true)
    await record(decision('c'))
    expect(ids(await verified(audit))).toEqual(['noted', 'c'])
    expect(errors).toHaveLength(1)
  })

  it('goes on though its logger throws', async () => {
    const { audit, faults } = faulty()
    const { record, health } = recorder(audit, {
      onError: () => {
        throw new Error('no logger')
      },
    })
    faults.push('fails')
    await expect(record(decision('a'))).rejects.toThrow('the audit log cannot be written')
    await expect.poll(() => health().ok).toBe(true)
    await record(decision('b'))
    expect(ids(await verified(audit))).toEqual(['b'])
  })

  it('a batch whose reply was lost counts as kept, once', async () => {
    const { audit, faults } = faulty()
    const { record } = recorder(audit)
    faults.push('lost')
    await record(decision('a'))
    await record(decision('b'))
    expect(ids(await verified(audit))).toEqual(['a', 'b'])
  })

  it('where the log is away too, notes that turn out to be kept are not written twice', async () => {
    const { audit, faults, failHead } = faulty()
    const { note, record, health } = recorder(audit)
    await record(decision('a'))
    faults.push('lost')
    failHead(1)
    note(decision('noted'))
    await expect(record(decision('b'))).rejects.toThrow('the audit log cannot be written')
    await expect.poll(() => health().ok).toBe(true)
    await record(decision('c'))
    expect(ids(await verified(audit))).toEqual(['a', 'noted', 'b', 'c'])
  })

  it('a full queue rejects records, drops notes, and says so in the log', async () => {
    const { audit, faults } = faulty()
    const { note, record, health } = recorder(audit, { maxQueued: 3 })
    faults.push('fails')
    for (const id of ['a', 'b', 'c', 'd', 'e']) note(decision(id))
    await expect(record(decision('f'))).rejects.toThrow('too far behind')
    expect(health()).toMatchObject({ queued: 3, lost: 2 })
    await expect.poll(() => health()).toMatchObject({ ok: true, queued: 0, lost: 2 })
    const records = await verified(audit)
    expect(ids(records)).toEqual(['gap', 'a', 'b', 'c'])
    expect(records[0]?.entry).toMatchObject({ type: 'gap', lost: 2, from: 1 })
  })

  it('refusals without identity become one entry', async () => {
    const audit = memoryAuditLog()
    const { count, flush } = recorder(audit)
    for (let n = 0; n < 5; n++) count('no_identity account.view')
    count('no_policy')
    for (let n = 0; n < 200; n++) count(`made up ${n}`)
    await flush()
    const [record, ...others] = await verified(audit)
    expect(others).toEqual([])
    const counts = record?.entry['counts'] as Record<string, number>
    expect(counts['no_identity account.view']).toBe(5)
    expect(Object.keys(counts).length).toBeLessThanOrEqual(65)
    expect(Object.values(counts).reduce((sum, n) => sum + n)).toBe(206)
  })

  it('close writes what waits, then takes no more', async () => {
    const audit = memoryAuditLog()
    const { note, record, count, close, health } = recorder(audit)
    note(decision('a'))
    count('x')
    await close()
    expect(ids(await verified(audit))).toEqual(['a', 'counts'])
    await expect(record(decision('b'))).rejects.toThrow('closed')
    note(decision('c'))
    expect(health().lost).toBe(1)
  })

  it('an entry that is no JSON is no record, and holds up no other', async () => {
    const audit = memoryAuditLog()
    const { record, note, flush } = recorder(audit)
    const circular: Record<string, unknown> = {}
    circular['self'] = circular
    note(decision('a'))
    note(decision('b', { circular }))
    await expect(record(decision('c', { big: 1n }))).rejects.toThrow('BigInt')
    await record(decision('d'))
    await flush()
    const entries = (await verified(audit)).map(({ entry }) => entry)
    expect(entries.map(({ id }) => id)).toEqual(['a', undefined, 'd'])
    expect(entries[1]).toEqual({ type: 'decision', at: 1, omitted: 'no JSON' })
  })

  it.each([
    {
      name: 'large facts',
      entry: decision('a', { facts: { x: 'y'.repeat(9000) } }),
      kept: 'facts',
    },
    {
      name: 'a large string',
      entry: decision('a', { agent: '\n'.repeat(1 << 20) }),
      kept: 'agent',
    },
    {
      name: 'many parts',
      entry: decision('a', Object.fromEntries(Array.from({ length: 900 }, (_, n) => [`p${n}`, n]))),
      kept: 'type',
    },
    {
      name: 'large ids',
      entry: decision('a'.repeat(9000), { subject: '\u0001'.repeat(9000) }),
      kept: 'subject',
    },
  ])('a record with $name is bounded to 4 kB', async ({ entry, kept }) => {
    const audit = memoryAuditLog()
    await recorder(audit).record(entry)
    const [record] = await verified(audit)
    expect(record?.entry).toHaveProperty(kept)
    expect(record?.entry.type).toBe('decision')
    expect(new TextEncoder().encode(JSON.stringify(record)).length).toBeLessThanOrEqual(4096)
  })
})
