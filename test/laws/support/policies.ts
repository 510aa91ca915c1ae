// Policies of every kind, as documents that people could have written, and compiled as theirs would be.
import type { CompiledPolicy } from '@countersign/core'
import { compilePolicy, type PolicyDocument } from '@countersign/policy'
import fc from 'fast-check'

/** Where the clocks of the laws stand: noon UTC. */
export const NOW: number = Date.UTC(2027, 0, 15, 12)
export const ACTIONS = ['pay.send', 'pay.plan', 'key.make'] as const
export const DAY_MS = 86_400_000

const atoms = [
  '"malware" in signals',
  '!("malware" in signals)',
  '"travel" in signals',
  '!("reset" in signals)',
  'resource.amount > 50',
  'resource.amount <= 20',
  'resource.memo.startsWith("x")',
  'resource.urgent',
  '!resource.urgent',
  'subject.claims.role == "admin"',
  'subject.claims.role in ["admin", "staff"]',
  'has(subject.claims.team)',
  '!has(subject.claims.team)',
  'subject.claims.team == "red"',
  'subject.id != "bob"',
  'session.id == "s1"',
  'has(session.id)',
  'device.trusted',
  '!device.trusted',
  'address.startsWith("10.")',
  'action == "pay.send"',
]
const riskAtoms = ['risk.level == "HIGH"', 'risk.level != "LOW"', 'risk.level == "LOW"']

function conditions(from: readonly string[]): fc.Arbitrary<string> {
  const { condition } = fc.letrec<{ condition: string }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      { weight: 3, arbitrary: fc.constantFrom(...from) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(tie('condition'), fc.constantFrom('&&', '||'), tie('condition'))
          .map(([a, op, b]) => `(${a} ${op} ${b})`),
      },
      { weight: 1, arbitrary: tie('condition').map((a) => `!(${a})`) },
    ),
  }))
  return condition
}

const ofSegments = conditions(atoms)
const ofRules = conditions([...atoms, ...riskAtoms])

const weight = fc.constantFrom(0, 0.5, 1.2, 2.5, 5)
const threatModel = fc.record({
  bias: fc.constantFrom(-6, -4, -2),
  signals: fc.record({ malware: weight, travel: weight, reset: weight, 'cold-start': weight }),
  levels: fc.constantFrom({ MEDIUM: 0.35, HIGH: 0.7 }, { MEDIUM: 0.2, HIGH: 0.5 }),
})

const end = fc.constantFrom('2027-01-14', '2027-01-15', '2027-02-28', '2027-06-30', '2027-10-31')
const ceiling = fc.constantFrom('HIGH', 'HIGH', 'MEDIUM' as const)
const networks = fc.constantFrom(['10.0.0.0/8'], ['192.0.2.0/24', '10.1.0.0/16'], ['2001:db8::/32'])

function optional<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 1, arbitrary: value }, { weight: 2, arbitrary: fc.constant(undefined) })
}

// no list of targets has anything on it in most of the laws' worlds, so that kind is rarer
const optOut = fc
  .oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('trusted-device' as const),
        overall: fc.constantFrom('10d', '30d'),
        idle: fc.constantFrom('2d', '7d'),
        riskBelow: ceiling,
        when: optional(ofRules),
        until: optional(end),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('allowance' as const),
        of: fc.constant('resource.amount'),
        each: fc.constantFrom(10, 30),
        total: fc.constantFrom(30, 100),
        count: fc.integer({ min: 1, max: 4 }),
        riskBelow: ceiling,
        when: optional(ofRules),
        until: optional(end),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('low-risk' as const),
        until: end,
        riskBelow: ceiling,
        when: optional(ofRules),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('network' as const),
        networks,
        until: end,
        riskBelow: ceiling,
        when: optional(ofRules),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('waiver' as const),
        when: ofRules,
        networks,
        until: end,
        riskBelow: ceiling,
        owner: fc.constant('security@shop.example'),
        approvedBy: fc.constant('ciso@shop.example'),
        ticket: fc.constant('SEC-1'),
        reason: fc.constant('no human there'),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('trusted-target' as const),
        of: fc.constant('resource.memo'),
        overall: fc.constantFrom('10d', '30d'),
        riskBelow: ceiling,
        when: optional(ofRules),
        until: optional(end),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('enrollment-grace' as const),
        claim: fc.constant('enrolled'),
        until: end,
        riskBelow: ceiling,
        when: optional(ofRules),
      }),
    },
  )
  .map(withoutUndefined)

const OPT_OUTS = ['oa', 'ob', 'oc', 'od'] as const

const requirement = fc
  .record({
    acr: optional(fc.constantFrom('aal1', 'aal2', 'aal3')),
    amr: optional(fc.constantFrom(['otp'], ['hwk'])),
    maxAge: fc.constantFrom('5m', '1h', '12h'),
  })
  .map(withoutUndefined)

const rule = fc
  .record({
    actions: fc.constantFrom<string[][]>(['*'], ['pay.*'], ['pay.send'], ['pay.send', 'key.make']),
    when: optional(ofRules),
    demand: fc.oneof(
      { weight: 6, arbitrary: requirement.map((require) => ({ require })) },
      { weight: 1, arbitrary: fc.constant({ deny: true as const }) },
    ),
    optOuts: fc.subarray([...OPT_OUTS], { minLength: 2 }),
    waivable: fc.integer({ min: 0, max: 5 }).map((n) => n > 0),
  })
  .map(({ actions, when, demand, optOuts, waivable }) => {
    const denies = 'deny' in demand
    // a denial without a condition would leave nothing to look at
    const condition = denies ? (when ?? '"malware" in signals') : when
    return withoutUndefined({
      actions,
      when: condition,
      ...demand,
      optOuts: waivable && !denies ? optOuts : undefined,
    })
  })

const attributes = {
  amount: { type: 'integer', minimum: 0, maximum: 1_000 },
  memo: { type: 'string', maxLength: 20 },
  urgent: { type: 'boolean' },
} as const

export const documents: fc.Arbitrary<PolicyDocument> = fc
  .record({
    threatModels: fc.record({ one: threatModel, two: threatModel }),
    certain: fc.integer({ min: 0, max: 5 }).map((n) => n > 0),
    segments: fc.array(
      fc.record({ threatModel: fc.constantFrom('one', 'two'), when: ofSegments }),
      { maxLength: 2 },
    ),
    optOuts: fc.record({ oa: optOut, ob: optOut, oc: optOut, od: optOut }),
    rules: fc.array(rule, { minLength: 1, maxLength: 3 }),
  })
  .map(({ threatModels, certain, segments, optOuts, rules }) => ({
    countersign: 1,
    name: 'generated',
    actions: Object.fromEntries(
      ACTIONS.map((name) => [name, { open: true, resource: attributes }]),
    ),
    threatModels,
    segments: {
      ...(certain
        ? { everyone: { threatModel: 'one' } }
        : { few: { threatModel: 'one', when: 'subject.id != "carol"' } }),
      ...Object.fromEntries(segments.map((one, index) => [`s${index}`, one])),
    },
    optOuts: Object.fromEntries(Object.entries(optOuts).map(([name, one]) => [name, bounded(one)])),
    rules: rules.map((one, index) => ({ id: `r${index}`, ...one })),
  }))
  .map((document) => document as unknown as PolicyDocument)

export interface Policy {
  readonly document: PolicyDocument
  readonly compiled: CompiledPolicy
}

export const policies: fc.Arbitrary<Policy> = documents.map(compile)

export function compile(document: PolicyDocument): Policy {
  return { document, compiled: compilePolicy(document, { now: NOW }) }
}

/** One more rule for any of them. */
export const moreRules: fc.Arbitrary<PolicyDocument['rules'][number]> = rule.map(
  (one) => ({ id: 'one-more', ...one }) as unknown as PolicyDocument['rules'][number],
)

function bounded(one: object): object {
  return 'each' in one && 'total' in one
    ? { ...one, each: Math.min(Number(one.each), Number(one.total)) }
    : one
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T
}
