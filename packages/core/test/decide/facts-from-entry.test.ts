// Back from a record to facts. That a verdict can be derived from them is law 9; here is what has none.
import { describe, expect, test } from 'vitest'
import { factsFromEntry } from '../../src/decide/facts-from-entry.ts'
import type { AuditEntry } from '../../src/ports/audit-log.ts'
import type { Json } from '../../src/ports/json.ts'

const facts = {
  at: 1000,
  action: 'transfer.create',
  resource: { amount: { is: 'known', value: 30 } },
  address: { is: 'unknown', why: 'address_unknown' },
  subject: { id: 'alice', claims: { role: { is: 'absent' } } },
  session: { factors: [{ amr: ['pwd'], from: 'identity', at: 900 }] },
  device: { is: 'unknown', why: 'device_absent' },
  signals: { velocity: { is: 'present', share: 0.5, until: 2000 } },
  absentSignals: ['new-device'],
}

function entryOf(changed: { readonly [name: string]: Json }): AuditEntry {
  return { type: 'decision', at: 1000, facts: { ...facts, ...changed } }
}

describe('factsFromEntry', () => {
  test('gives back what the policy read; what is absent is absent again, what was not read is unknown', () => {
    expect(factsFromEntry(entryOf({}))).toEqual({
      at: 1000,
      action: 'transfer.create',
      resource: { amount: { is: 'known', value: 30 } },
      address: { is: 'unknown', why: 'address_unknown' },
      subject: { id: 'alice', claims: { role: { is: 'absent' } } },
      session: {
        id: { is: 'unknown', why: 'fact_not_checked' },
        factors: [{ amr: ['pwd'], from: 'identity', at: 900 }],
      },
      device: { is: 'unknown', why: 'device_absent' },
      signals: {
        velocity: { is: 'present', share: 0.5, until: 2000 },
        'new-device': { is: 'absent', share: 0, until: 0 },
      },
    })
  })

  test.each<{ name: string; entry: AuditEntry }>([
    { name: 'a masked attribute', entry: entryOf({ resource: { iban: { is: 'masked' } } }) },
    {
      name: 'a masked session',
      entry: entryOf({ session: { id: { is: 'masked' }, factors: [] } }),
    },
    {
      name: 'facts that were too large',
      entry: { type: 'decision', at: 1, facts: { omitted: 'too large' } },
    },
    { name: 'a refusal before any policy', entry: { type: 'decision', at: 1 } },
    { name: 'another kind of entry', entry: { type: 'change', at: 1, facts } },
    { name: 'a fact that is none', entry: entryOf({ address: '192.0.2.1' }) },
    { name: 'no factors', entry: entryOf({ session: {} }) },
  ])('$name gives none', ({ entry }) => {
    expect(factsFromEntry(entry)).toBeUndefined()
  })
})
