import { beforeAll, describe, expect, it } from 'vitest'
import {
  EMPTY_CHAIN,
  entryText,
  FIRST_PREVIOUS,
  hashedText,
  sealRecord,
  verifyChain,
} from '../../src/audit/chain-records.ts'
import { sha256Subtle } from '../../src/audit/sha256-subtle.ts'
import type { AuditRecord } from '../../src/ports/audit-log.ts'

const records: AuditRecord[] = []

beforeAll(async () => {
  let end = EMPTY_CHAIN
  for (let index = 1; index <= 6; index++) {
    const entry = { type: 'decision', at: index, id: `d${index}` } as const
    const text = entryText(entry)
    const hash = await sha256Subtle(hashedText(end.hash, 'main', end.seq + 1, text))
    const { text: _, ...record } = sealRecord('main', end, entry, text, hash)
    records.push(record)
    end = record
  }
})

async function problems(changed: AuditRecord[], head = true) {
  const report = await verifyChain('main', changed, sha256Subtle, head ? records[5] : undefined)
  return report.problems.map(({ kind, seq }) => `${kind} ${seq}`)
}

const at = (index: number) => records[index] as AuditRecord

describe('verifyChain', () => {
  it('finds nothing in a whole chain', async () => {
    expect(await problems(records)).toEqual([])
    expect(at(0).previous).toBe(FIRST_PREVIOUS)
  })

  it.each([
    {
      name: 'a changed entry',
      change: () => records.with(2, { ...at(2), entry: { ...at(2).entry, id: 'other' } }),
      expected: ['changed 3'],
    },
    {
      name: 'a changed number',
      change: () => records.with(2, { ...at(2), seq: 9 }),
      expected: ['missing 3', 'changed 9', 'out_of_order 4', 'out_of_order 5', 'out_of_order 6'],
    },
    { name: 'a removed record', change: () => records.toSpliced(2, 1), expected: ['missing 3'] },
    { name: 'the first removed', change: () => records.slice(1), expected: ['missing 1'] },
    {
      name: 'two swapped records',
      change: () => [at(0), at(2), at(1), ...records.slice(3)],
      expected: ['missing 2', 'out_of_order 2'],
    },
    {
      name: 'a record twice',
      change: () => [at(0), at(0), ...records.slice(1)],
      expected: ['out_of_order 1'],
    },
    { name: 'a cut tail', change: () => records.slice(0, 4), expected: ['truncated 5'] },
    { name: 'all cut', change: () => [], expected: ['truncated 1'] },
    {
      name: 'a record of another chain',
      change: () => records.with(5, { ...at(5), chain: 'other' }),
      expected: ['changed 6'],
    },
  ])('finds $name', async ({ change, expected }) => {
    expect(await problems(change())).toEqual(expected)
  })

  it('finds a chain that was written anew with right hashes, by the head', async () => {
    const entry = { ...at(5).entry, id: 'forged' }
    const hash = await sha256Subtle(hashedText(at(4).hash, 'main', 6, entryText(entry)))
    const forged = records.with(5, { ...at(5), entry, hash })
    expect(await problems(forged, false)).toEqual([])
    expect(await problems(forged)).toEqual(['changed 6'])
  })

  it('finds a record in the middle that was written anew with its right hash', async () => {
    const entry = { ...at(2).entry, id: 'forged' }
    const hash = await sha256Subtle(hashedText(at(1).hash, 'main', 3, entryText(entry)))
    expect(await problems(records.with(2, { ...at(2), entry, hash }), false)).toEqual([
      'unlinked 4',
    ])
  })

  it('records after the head are not yet covered by it', async () => {
    const report = await verifyChain('main', records, sha256Subtle, records[3])
    expect(report).toMatchObject({ records: 6, end: { seq: 6 }, problems: [] })
  })
})

describe('entryText', () => {
  it('is one printable line whatever a client sent (T48)', () => {
    const agent = 'a\r\n{"forged":1}\u001b[2J\u009b31m\u007f\u2028\u202e\u0000'
    const text = entryText({ type: 'decision', at: 1, agent })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what is tested
    expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u202e]/)
    expect(JSON.parse(text).agent).toBe(agent)
  })

  it('is the same once it was read back', () => {
    const entry = {
      type: 'decision',
      at: 1,
      '2': 'b',
      '1': 'a\u2028',
      nested: { z: [1, null], a: -0 },
    } as const
    expect(entryText(JSON.parse(entryText(entry)))).toBe(entryText(entry))
  })
})
