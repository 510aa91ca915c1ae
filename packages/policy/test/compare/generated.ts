// Small policies and facts for them, made without a look at how the search makes its own.
import type { Json } from '@countersign/core'
import fc from 'fast-check'

export const NOW: number = Date.parse('2026-11-24T12:00:00Z')

const CONDITIONS = [
  'resource.amount > 50',
  'resource.amount >= 20 && subject.claims.tier == "staff"',
  '"disabled" in signals',
  'risk.level == "HIGH"',
  'risk.level != "LOW" || subject.id in ["root", "svc"]',
  'has(subject.claims.tier)',
  '!("admin" in subject.claims.roles)',
  'address.startsWith("10.")',
  '!device.trusted',
  'session.id == "s-1"',
  'subject.claims.level > 2 ? resource.amount > 10 : resource.amount > 40',
]

const conditionOf = (among: readonly string[]) =>
  fc.constantFrom(undefined, ...among).map((when) => (when === undefined ? {} : { when }))
const riskBelow = fc.constantFrom('MEDIUM', 'HIGH')
const until = fc.constantFrom('2026-12-31', '2027-03-31')

const optOutsOf = (condition: ReturnType<typeof conditionOf>) =>
  fc.record({
    device: fc.record({
      kind: fc.constant('trusted-device'),
      overall: fc.constantFrom('1d', '30d'),
      idle: fc.constantFrom('1h', '1d'),
      riskBelow,
    }),
    small: fc.record({
      kind: fc.constant('allowance'),
      of: fc.constant('resource.amount'),
      each: fc.constantFrom(10, 30),
      total: fc.constantFrom(30, 45, 100),
      count: fc.constantFrom(1, 3),
      riskBelow,
    }),
    office: fc.record({
      kind: fc.constant('network'),
      networks: fc.subarray(['10.0.0.0/8', '10.1.0.0/16', '192.0.2.0/24', '2001:db8::/32'], {
        minLength: 1,
      }),
      until,
      riskBelow,
    }),
    calm: fc
      .record({ kind: fc.constant('low-risk'), until, riskBelow })
      .chain((one) => condition.map((when) => ({ ...one, ...when }))),
  })

const requirement = fc
  .record({
    acr: fc.constantFrom(undefined, 'aal1', 'aal2'),
    maxAge: fc.constantFrom(undefined, '5m', '15m', '1h'),
    amr: fc.constantFrom(undefined, ['otp']),
  })
  .map(({ acr, maxAge, amr }) => ({
    ...(acr === undefined ? {} : { acr }),
    ...(amr === undefined ? {} : { amr }),
    ...(maxAge === undefined && (acr ?? amr) !== undefined ? {} : { maxAge: maxAge ?? '30m' }),
  }))

const rulesOf = (condition: ReturnType<typeof conditionOf>, names: string[]) =>
  fc.array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc
          .tuple(condition, requirement, fc.subarray(names))
          .map(([when, require, listed]) => ({
            ...when,
            require,
            ...(listed.length > 0 ? { optOuts: listed } : {}),
          })),
      },
      { weight: 1, arbitrary: condition.map((when) => ({ ...when, deny: true })) },
    ),
    { minLength: 1, maxLength: 3 },
  )

function documentOf(among: readonly string[], names: string[]): fc.Arbitrary<object> {
  const condition = conditionOf(among)
  return fc
    .record({
      optOuts: optOutsOf(condition),
      rules: rulesOf(condition, names),
      weight: fc.constantFrom(1, 3),
      medium: fc.constantFrom(0.3, 0.5),
      staff: fc.boolean(),
    })
    .map(({ rules: written, weight, medium, staff, ...rest }) => ({
      countersign: 1,
      name: 'generated',
      assurance: {
        levels: [
          { acr: 'aal1', amr: [['pwd']] },
          {
            acr: 'aal2',
            amr: [
              ['pwd', 'otp'],
              ['hwk', 'user'],
            ],
          },
        ],
      },
      actions: {
        'transfer.create': { open: true, resource: { amount: { type: 'integer', minimum: 1 } } },
      },
      external: ['disabled'],
      threatModels: {
        model: {
          bias: -2,
          signals: { velocity: weight, 'new-device': 1.2, 'cold-start': 0.5 },
          levels: { MEDIUM: medium, HIGH: 0.7 },
        },
      },
      segments: {
        everyone: { threatModel: 'model' },
        ...(staff
          ? { staff: { threatModel: 'model', when: 'subject.claims.tier == "staff"' } }
          : {}),
      },
      ...rest,
      rules: written.map((rule, index) => ({
        id: `r${index}`,
        actions: ['transfer.create'],
        ...rule,
      })),
    }))
}

/** Two documents. Their conditions and opt-outs are drawn from few, so that the search can come to its end. */
export const documentPairs: fc.Arbitrary<[object, object]> = fc
  .tuple(
    fc.subarray(CONDITIONS, { maxLength: 2 }),
    fc.subarray(['device', 'small', 'office', 'calm'], { maxLength: 2 }),
  )
  .chain(([among, names]) => fc.tuple(documentOf(among, names), documentOf(among, names)))

const ago = fc
  .constantFrom(10, 299, 300, 301, 800, 900, 901, 1_799, 1_801, 3_599, 3_600, 3_601, 90_000)
  .map((seconds) => `${seconds}s ago`)
const deviceAge = fc.constantFrom(60, 3_600, 3_601, 86_400, 86_401, 2_592_000, 2_592_001)
const unknown = { is: 'unknown' }
const absent = { is: 'absent' }
const state = fc.constantFrom<Json>('absent', 'present', 'unjudged', 'unknown', {
  is: 'present',
  share: 0.4,
})

/** As `countersign explain --facts` takes them. */
export const writtenFacts: fc.Arbitrary<Record<string, Json>> = fc.record<Record<string, Json>>({
  at: fc.constantFrom('2026-11-24T12:00:00Z', '2027-01-01T00:00:00Z', '2027-05-01T00:00:00Z'),
  action: fc.constant('transfer.create'),
  subject: fc.record({
    id: fc.constantFrom('alice', 'root', 'svc'),
    claims: fc.record<Record<string, Json>>({
      tier: fc.constantFrom<Json>('staff', 'guest', 7, absent, unknown),
      roles: fc.constantFrom<Json>(['admin'], ['admin', 'x'], [], 'admin', absent, unknown),
      level: fc.constantFrom<Json>(1, 2, 3, 2.5, 'high', absent, unknown),
    }),
  }),
  resource: fc.record({
    amount: fc.oneof<fc.Arbitrary<Json>[]>(fc.integer({ min: -1, max: 120 }), fc.constant(unknown)),
  }),
  address: fc.constantFrom<Json>(
    ...['10.0.0.1', '10.1.2.3', '192.0.2.9', '203.0.113.1', '2001:db8::1', unknown],
  ),
  session: fc.record({ id: fc.constantFrom<Json>('s-1', 's-2', unknown, absent) }),
  factors: fc.array(
    fc.record(
      {
        amr: fc.subarray(['pwd', 'otp', 'hwk', 'user']),
        acr: fc.constantFrom('aal1', 'aal2'),
        at: ago,
      },
      { requiredKeys: ['amr'] },
    ),
    { maxLength: 3 },
  ) as fc.Arbitrary<Json>,
  device: fc.oneof<fc.Arbitrary<Json>[]>(
    fc.constantFrom<Json>(absent, unknown),
    fc.tuple(deviceAge, deviceAge).map(([trusted, used]) => ({
      trustedAt: `${Math.max(trusted, used)}s ago`,
      usedAt: `${Math.min(trusted, used)}s ago`,
    })),
  ),
  signals: fc.record({ velocity: state, 'new-device': state, disabled: state }),
  spent: fc.record({
    small: fc.record({
      total: fc.integer({ min: 0, max: 110 }),
      count: fc.integer({ min: 0, max: 4 }),
    }),
  }),
})
