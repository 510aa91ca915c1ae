// What is kept in little memory answers as plain maps would, in any order of events, and after a snapshot.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { REVOCATIONS_KEPT_MS } from '../../src/state/retention.ts'
import {
  createRevocations,
  type NamedRevocation,
  type Revocations,
  type RevocationsJson,
} from '../../src/state/revocations.ts'

const NAMES = ['', 'a', '1:a', 'a\n', '11:', 'ä'.repeat(11), 'a'.repeat(40)]
const name = fc.constantFrom(...NAMES)
const MINUTE = 60_000

function restored(revocations: Revocations): Revocations {
  const copy = revocations.copy()
  const whole = Object.fromEntries(
    Object.entries(copy).map(([key, value]) => [
      key,
      typeof value === 'number' ? value : value.slice(0, value.length),
    ]),
  )
  return createRevocations(JSON.parse(JSON.stringify(whole)) as RevocationsJson)
}

/** Everything that can be asked about these names. */
function answers(revocations: Revocations) {
  return NAMES.flatMap((subject) => [
    revocations.epoch(subject),
    revocations.areDevicesRevoked(subject, 1, 5, 0),
    ...NAMES.flatMap((id) => [
      revocations.isSessionRevoked(subject, id),
      revocations.isDeviceRevoked(subject, id),
    ]),
  ])
}

describe('createRevocations', () => {
  const revocation: fc.Arbitrary<Exclude<NamedRevocation, { kind: 'devices-before' }>> = fc.oneof(
    fc.record({ kind: fc.constant('session' as const), subject: name, session: name }),
    fc.record({ kind: fc.constant('device' as const), subject: name, device: name }),
    fc.record({ kind: fc.constant('devices' as const), subject: name }),
    fc.record({
      kind: fc.constant('subject' as const),
      subject: name,
      what: fc.constant('password-changed' as const),
    }),
  )
  const step = fc.record({ revocation, minutes: fc.nat({ max: 400 * 1440 }), drops: fc.boolean() })

  test('answers as plain maps do, also from a snapshot', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const revocations = createRevocations()
        const ids = new Map<string, number>()
        const epochs = new Map<string, { sequence: number; at: number; end: number }>()
        let now = 0
        for (const [index, { revocation: one, minutes, drops }] of steps.entries()) {
          now += minutes * MINUTE
          const end = now + REVOCATIONS_KEPT_MS
          revocations.fold(one, `1:${index + 1}`, now, now)
          if (one.kind === 'session' || one.kind === 'device') {
            const id = one.kind === 'session' ? one.session : one.device
            const key = JSON.stringify([one.kind, one.subject, id])
            if (!ids.has(key)) ids.set(key, end)
          } else {
            epochs.set(JSON.stringify([one.kind, one.subject]), {
              ...{ sequence: index + 1, at: now, end },
            })
          }
          if (!drops) continue
          revocations.drop(now)
          for (const [key, until] of ids) if (until <= now) ids.delete(key)
          for (const [key, { end: until }] of epochs) if (until <= now) epochs.delete(key)
        }
        const expected = NAMES.flatMap((subject) => {
          const epoch = epochs.get(JSON.stringify(['subject', subject]))
          const all = epochs.get(JSON.stringify(['devices', subject]))
          return [
            epoch && { generation: 1, sequence: epoch.sequence, at: epoch.at },
            all !== undefined && all.sequence > 5,
            ...NAMES.flatMap((id) => [
              ids.has(JSON.stringify(['session', subject, id])),
              ids.has(JSON.stringify(['device', subject, id])),
            ]),
          ]
        })
        expect(answers(revocations)).toEqual(expected)
        expect(answers(restored(revocations))).toEqual(expected)
      }),
    )
  })

  test('a snapshot is of its moment: what is folded afterwards is not in it', () => {
    const revocations = createRevocations()
    const change = (subject: string, sequence: number) =>
      revocations.fold(
        { kind: 'subject', subject, what: 'password-changed' },
        `1:${sequence}`,
        sequence,
        0,
      )
    change('alice', 1)
    const { subjects } = revocations.copy()
    change('alice', 2)
    for (let n = 3; n < 40; n++) change(`user-${n}`, n)
    expect(subjects.slice(0, subjects.length)).toEqual([
      ['alice', { generation: 1, sequence: 1, at: 1, keptUntil: REVOCATIONS_KEPT_MS + MINUTE }],
    ])
  })

  test('reads what earlier releases wrote', () => {
    const next = { subject: 'bob', keptUntil: 5e12 }
    const revocations = createRevocations({
      subjects: [['alice', { generation: 1, sequence: 3, at: 7, keptUntil: 5e12 }]],
      sessions: [['s1', { subject: 'alice', keptUntil: 5e12, next }]],
      devices: [],
      allDevices: [['alice', { generation: 1, sequence: 4, keptUntil: 5e12 }]],
    })
    expect(revocations.epoch('alice')).toEqual({ generation: 1, sequence: 3, at: 7 })
    expect(revocations.isSessionRevoked('alice', 's1')).toBe(true)
    expect(revocations.isSessionRevoked('bob', 's1')).toBe(true)
    expect(revocations.isSessionRevoked('carol', 's1')).toBe(false)
    expect(revocations.areDevicesRevoked('alice', 1, 3, 0)).toBe(true)
  })

  test('an event without a time happened when it was folded', () => {
    const revocations = createRevocations()
    const data = { kind: 'subject', subject: 'alice', what: 'password-changed' } as const
    for (const at of [Number.NaN, null, undefined, 'soon']) {
      revocations.fold(data, '1:1', at as number, 1_000)
      expect(revocations.epoch('alice')?.at).toBe(1_000)
    }
  })
})
