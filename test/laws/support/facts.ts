// Facts of every kind for the generated policies, and every way to take one of them away.
import type {
  Fact,
  Factor,
  Facts,
  Json,
  Signal,
  TrustedDevice,
  TrustedTarget,
} from '@countersign/core'
import fc from 'fast-check'
import { ACTIONS, DAY_MS, NOW } from './policies.ts'

const UNKNOWN = { is: 'unknown', why: 'fact_failed' } as const

function facts<T>(value: fc.Arbitrary<T>, absent = false): fc.Arbitrary<Fact<T>> {
  const known = value.map((one): Fact<T> => ({ is: 'known', value: one }))
  const stated = fc.constant<Fact<T>>({ is: 'absent' })
  const unknown = fc.constant<Fact<T>>(UNKNOWN)
  return fc.oneof(
    { weight: 12, arbitrary: known },
    { weight: absent ? 2 : 0, arbitrary: stated },
    { weight: 1, arbitrary: unknown },
  )
}

const signal: fc.Arbitrary<Signal> = fc
  .tuple(
    fc.constantFrom<Signal['is'][]>(
      'absent',
      'absent',
      'absent',
      'absent',
      'present',
      'unjudged',
      'unknown',
    ),
    fc.constantFrom(1, 1, 0.4, 0),
  )
  .map(([is, share]) => ({ is, share: is === 'present' ? share : 0, until: NOW + DAY_MS }))

const factor: fc.Arbitrary<Factor> = fc
  .record({
    acr: fc.constantFrom(undefined, 'aal1', 'aal2', 'aal3', 'foreign'),
    amr: fc.constantFrom<string[][]>(
      [],
      ['pwd'],
      ['otp'],
      ['pwd', 'otp'],
      ['hwk', 'user'],
      ['pop'],
    ),
    at: fc.constantFrom(
      undefined,
      NOW,
      NOW - 60_000,
      NOW - 300_000,
      NOW - 1_800_000,
      NOW - DAY_MS,
      NOW + 29_000,
      NOW + 31_000,
    ),
    from: fc.constantFrom('identity', 'evidence' as const),
  })
  .map(({ acr, amr, at, from }) => ({
    amr,
    from,
    ...(acr === undefined ? {} : { acr }),
    ...(at === undefined ? {} : { at }),
  }))

const device: fc.Arbitrary<TrustedDevice> = fc
  .record({
    trusted: fc.constantFrom(0, 1, 9, 10, 29, 31),
    used: fc.constantFrom(0, 1, 2, 3, 8),
    limits: fc.constantFrom(undefined, { oa: { overallMs: 8 * DAY_MS, idleMs: DAY_MS } }),
  })
  .map(({ trusted, used, limits }) => ({
    id: 'd1',
    trustedAt: NOW - trusted * DAY_MS,
    usedAt: NOW - Math.min(trusted, used) * DAY_MS,
    activation: '1:1',
    ...(limits === undefined ? {} : { limits }),
  }))

const target: fc.Arbitrary<TrustedTarget> = fc
  .record({ added: fc.constantFrom(0, 1, 9, 10, 29, 31), days: fc.constantFrom(8, 30, 60) })
  .map(({ added, days }) => ({
    id: 't1',
    addedAt: NOW - added * DAY_MS,
    overallMs: days * DAY_MS,
    activation: '1:1',
    position: '1:1',
  }))

export const someFacts: fc.Arbitrary<Facts> = fc.record({
  at: fc.constant(NOW),
  action: fc.constantFrom(...ACTIONS),
  resource: fc.record({
    amount: facts<Json>(fc.constantFrom(0, 5, 10, 20, 30, 31, 60, 900)),
    memo: facts<Json>(fc.constantFrom('', 'x', 'rent')),
    urgent: facts<Json>(fc.boolean()),
  }),
  address: facts(
    fc.constantFrom('10.1.2.3', '10.2.0.1', '192.0.2.9', '2001:db8::7', '203.0.113.1'),
  ),
  subject: fc.record({
    id: fc.constantFrom('alice', 'alice', 'bob', 'carol'),
    claims: fc.record({
      role: facts<Json>(fc.constantFrom('admin', 'staff', 'guest', 7), true),
      team: facts<Json>(fc.constantFrom('red', 'blue'), true),
      enrolled: facts<Json>(fc.constantFrom(false, false, null, true), true),
    }),
  }),
  session: fc.record({
    id: facts(fc.constantFrom('s1', 's2')),
    factors: fc.array(factor, { maxLength: 3 }),
  }),
  device: facts(device, true),
  targets: fc.record({
    oa: facts(target, true),
    ob: facts(target, true),
    oc: facts(target, true),
    od: facts(target, true),
  }),
  signals: fc.record({ malware: signal, travel: signal, reset: signal }),
})

/** Several for one policy: compiling it is what takes the time. */
export const manyFacts: fc.Arbitrary<readonly Facts[]> = fc.array(someFacts, {
  minLength: 8,
  maxLength: 8,
})

export interface Spoiler {
  readonly name: string
  spoil(facts: Facts): Facts
}

const ATTRIBUTES = ['amount', 'memo', 'urgent'] as const
const CLAIMS = ['role', 'team', 'enrolled'] as const
const LISTS = ['oa', 'ob', 'oc', 'od'] as const
const SIGNALS = ['malware', 'travel', 'reset'] as const

/** Each takes away or spoils one input. What is ill-typed stands where types would refuse it: in memory anything can. */
export const spoilers: readonly Spoiler[] = [
  ...ATTRIBUTES.flatMap((name) => [
    spoiler(`${name} unknown`, (f) => ({ ...f, resource: { ...f.resource, [name]: UNKNOWN } })),
    spoiler(`${name} left out`, (f) => ({ ...f, resource: without(f.resource, name) })),
    spoiler(`${name} ill-typed`, (f) => ({
      ...f,
      resource: { ...f.resource, [name]: { is: 'known', value: { of: 'another type' } } },
    })),
  ]),
  ...CLAIMS.flatMap((name) => [
    spoiler(`claim ${name} unknown`, (f) =>
      withClaims(f, { ...f.subject.claims, [name]: UNKNOWN }),
    ),
    spoiler(`claim ${name} left out`, (f) => withClaims(f, without(f.subject.claims, name))),
  ]),
  ...SIGNALS.flatMap((code) => [
    spoiler(`signal ${code} unknown`, (f) =>
      withSignal(f, code, { is: 'unknown', share: 0, until: 0 }),
    ),
    spoiler(`signal ${code} left out`, (f) => ({ ...f, signals: without(f.signals, code) })),
    spoiler(`signal ${code} with a share that is none`, (f) => {
      const before = f.signals[code]
      return before?.is === 'present' ? withSignal(f, code, { ...before, share: Number.NaN }) : f
    }),
  ]),
  spoiler('address unknown', (f) => ({ ...f, address: UNKNOWN })),
  spoiler('address that is none', (f) => ({
    ...f,
    address: { is: 'unknown', why: 'address_unknown' },
  })),
  spoiler('device unknown', (f) => ({ ...f, device: UNKNOWN })),
  spoiler('device without moments', (f) =>
    f.device.is === 'known'
      ? {
          ...f,
          device: {
            is: 'known',
            value: { ...f.device.value, trustedAt: Number.NaN, usedAt: Number.NaN },
          },
        }
      : f,
  ),
  ...LISTS.flatMap((name) => [
    spoiler(`target for ${name} unknown`, (f) => ({
      ...f,
      targets: { ...f.targets, [name]: UNKNOWN },
    })),
    spoiler(`target for ${name} left out`, (f) => ({
      ...f,
      targets: without(f.targets ?? {}, name),
    })),
  ]),
  spoiler('no targets', ({ targets: _, ...rest }) => rest),
  spoiler('session unknown', (f) => ({ ...f, session: { ...f.session, id: UNKNOWN } })),
  spoiler('no factors', (f) => withFactors(f, [])),
  spoiler('first factor left out', (f) => withFactors(f, f.session.factors.slice(1))),
  spoiler('factors without time', (f) =>
    withFactors(
      f,
      f.session.factors.map(({ at: _, ...rest }) => rest),
    ),
  ),
  spoiler('factors with a time that is none', (f) =>
    withFactors(
      f,
      f.session.factors.map((one) => ({ ...one, at: Number.NaN })),
    ),
  ),
  spoiler('factors without acr', (f) =>
    withFactors(
      f,
      f.session.factors.map(({ acr: _, ...rest }) => rest),
    ),
  ),
  spoiler('factors without amr', (f) =>
    withFactors(
      f,
      f.session.factors.map((one) => ({ ...one, amr: [] })),
    ),
  ),
]

function spoiler(name: string, spoil: (facts: Facts) => Facts): Spoiler {
  return { name, spoil }
}

function withClaims(facts: Facts, claims: Facts['subject']['claims']): Facts {
  return { ...facts, subject: { ...facts.subject, claims } }
}

function withSignal(facts: Facts, code: string, signal: Signal): Facts {
  return { ...facts, signals: { ...facts.signals, [code]: signal } }
}

function withFactors(facts: Facts, factors: readonly Factor[]): Facts {
  return { ...facts, session: { ...facts.session, factors } }
}

function without<T>(record: Readonly<Record<string, T>>, name: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== name))
}
