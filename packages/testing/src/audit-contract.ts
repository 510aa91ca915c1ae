// What every audit log has to do. Run it on a backend of your own: `auditContract('mine', makeHarness)`.
import {
  type AuditEntry,
  type AuditLog,
  type AuditQuery,
  type AuditRecord,
  createRecorder,
  entryText,
  hashedText,
  type SealedRecord,
  sha256Subtle,
  systemClock,
  verifyChain,
} from '@countersign/core'
import { describe, expect, it } from 'vitest'
import { type MakeHarness, onFresh } from './contract-harness.ts'

export function auditContract(name: string, make: MakeHarness<AuditLog>): void {
  const fresh = (test: Parameters<typeof onFresh<AuditLog>>[1]) => () => onFresh(make, test)

  describe(`audit log contract: ${name}`, () => {
    it(
      'begins with nothing',
      fresh(async (audit) => {
        expect(await audit.head('main')).toBeUndefined()
        expect(await read(audit, {})).toEqual([])
      }),
    )

    it(
      'keeps records as they were sealed, in order; the head is the last',
      fresh(async (audit) => {
        const batch = await seal('main', ['a', 'b', 'c'])
        await audit.append('main', batch)
        const records = await read(audit, { chain: 'main' })
        expect(records).toEqual(batch.map(({ text: _, ...record }) => record))
        const last = batch[2] as SealedRecord
        expect(await audit.head('main')).toEqual({ seq: 3, hash: last.hash })
        await audit.append('main', await seal('main', ['d'], last))
        expect((await audit.head('main'))?.seq).toBe(4)
        expect((await verifyChain('main', await read(audit, {}), sha256Subtle)).problems).toEqual(
          [],
        )
      }),
    )

    it(
      'keeps what is hard to keep: the hash still fits',
      fresh(async (audit) => {
        const entry: AuditEntry = {
          type: 'decision',
          at: 1,
          id: 'x',
          '2': 'b',
          '1': 'a',
          agent: 'line\nline\r\u001b[2J\u2028\u202e\u0000 \ud800 "quoted" \\',
          numbers: [0.1, 1e21, -0, 2 ** 64],
          empty: {},
        }
        await audit.append('main', await sealEntries('main', [entry]))
        expect((await verifyChain('main', await read(audit, {}), sha256Subtle)).problems).toEqual(
          [],
        )
      }),
    )

    it(
      'chains are apart',
      fresh(async (audit) => {
        await Promise.all([
          audit.append('one', await seal('one', ['a', 'b'])),
          audit.append('two', await seal('two', ['c'])),
        ])
        expect((await audit.head('one'))?.seq).toBe(2)
        expect((await audit.head('two'))?.seq).toBe(1)
        expect(await audit.head('three')).toBeUndefined()
        expect(idsOf(await read(audit, { chain: 'one' }))).toEqual(['a', 'b'])
        expect(idsOf(await read(audit, {})).sort()).toEqual(['a', 'b', 'c'])
      }),
    )

    it.each<{ query: AuditQuery; expected: string[] }>([
      { query: { subject: 'alice' }, expected: ['a', 'c'] },
      { query: { decision: 'b' }, expected: ['b'] },
      { query: { subject: 'bob', decision: 'a' }, expected: [] },
      { query: { from: 20 }, expected: ['b', 'c'] },
      { query: { to: 20 }, expected: ['a', 'b'] },
      { query: { from: 20, to: 20 }, expected: ['b'] },
      { query: { chain: 'other' }, expected: [] },
      { query: { subject: 'ali' }, expected: [] },
    ])('answers $query', ({ query, expected }) =>
      onFresh(make, async (audit) => {
        const entries: AuditEntry[] = [
          { type: 'decision', at: 10, id: 'a', subject: 'alice' },
          { type: 'decision', at: 20, id: 'b', subject: 'bob' },
          { type: 'decision', at: 30, id: 'c', subject: 'alice' },
        ]
        await audit.append('main', await sealEntries('main', entries))
        expect(idsOf(await read(audit, query))).toEqual(expected)
      }),
    )

    it(
      'takes large batches whole',
      fresh(async (audit) => {
        const ids = Array.from({ length: 1000 }, (_, index) => `d${index}`)
        await audit.append('main', await seal('main', ids))
        expect(idsOf(await read(audit, {}))).toEqual(ids)
      }),
    )

    it(
      'a recorder on it keeps 500 parallel records in one whole chain',
      fresh(async (audit) => {
        const errors: unknown[] = []
        const onError = (error: unknown) => errors.push(error)
        const recorder = createRecorder({ audit, chain: 'main', clock: systemClock, onError })
        await Promise.all(
          Array.from({ length: 500 }, (_, index) =>
            recorder.record({ type: 'decision', at: index, id: `d${index}` }),
          ),
        )
        await recorder.close()
        const report = await verifyChain('main', await read(audit, {}), sha256Subtle)
        expect(report).toMatchObject({ records: 500, problems: [] })
        expect(errors).toEqual([])
      }),
    )

    it('after closing every operation fails', async () => {
      const harness = await make()
      const audit = await harness.open()
      const batch = await seal('main', ['a'])
      await audit.close()
      await expect(audit.append('main', batch)).rejects.toThrow()
      await expect(audit.head('main')).rejects.toThrow()
      await expect(read(audit, {})).rejects.toThrow()
      await harness.dispose()
    })

    it(
      'an acknowledged record lies behind its back, and is there after opening again',
      fresh(async (audit, harness) => {
        const batch = await seal('main', ['seen-behind', 'b'])
        await audit.append('main', batch)
        if (harness.raw !== undefined) expect(await harness.raw()).toContain('seen-behind')
        if (!harness.lasting) return
        await audit.close()
        const again = await harness.open()
        try {
          expect(idsOf(await read(again, {}))).toEqual(['seen-behind', 'b'])
          const end = (await again.head('main')) as { seq: number; hash: string }
          expect(end.seq).toBe(2)
          await again.append('main', await seal('main', ['c'], end))
          expect((await verifyChain('main', await read(again, {}), sha256Subtle)).problems).toEqual(
            [],
          )
        } finally {
          await again.close()
        }
      }),
    )
  })
}

const START = { seq: 0, hash: '0'.repeat(64) }

function seal(chain: string, ids: string[], after = START): Promise<SealedRecord[]> {
  return sealEntries(
    chain,
    ids.map((id, index) => ({ type: 'decision', at: index, id })),
    after,
  )
}

async function sealEntries(
  chain: string,
  entries: AuditEntry[],
  after: { seq: number; hash: string } = START,
): Promise<SealedRecord[]> {
  const sealed: SealedRecord[] = []
  let { seq, hash: previous } = after
  for (const entry of entries) {
    seq += 1
    const text = entryText(entry)
    const hash = await sha256Subtle(hashedText(previous, chain, seq, text))
    sealed.push({ chain, seq, previous, hash, entry: JSON.parse(text), text })
    previous = hash
  }
  return sealed
}

async function read(audit: AuditLog, query: AuditQuery): Promise<AuditRecord[]> {
  const records: AuditRecord[] = []
  for await (const record of audit.read(query)) records.push(record)
  return records
}

function idsOf(records: AuditRecord[]): (string | undefined)[] {
  return records.map(({ entry }) => entry.id)
}
