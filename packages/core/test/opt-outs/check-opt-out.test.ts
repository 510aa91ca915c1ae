// Whether one opt-out holds: switches, end, ceiling, condition, then the kind itself, in this order.
import { describe, expect, test } from 'vitest'
import { checkOptOut } from '../../src/opt-outs/check-opt-out.ts'
import { prepareOptOuts } from '../../src/opt-outs/prepare-opt-outs.ts'
import type { CompiledPolicy, OptOut } from '../../src/policy/compiled-policy.ts'
import type { Facts, Truth } from '../../src/policy/facts.ts'
import type { ReasonCode } from '../../src/policy/reason-code.ts'
import type { Risk } from '../../src/policy/risk.ts'
import type { SwitchTarget } from '../../src/state/feed-event.ts'
import {
  absent,
  conditionOf,
  known,
  sampleFacts,
  sampleRisk,
  unknown,
} from '../policy/sample-facts.ts'
import { policyOf } from '../policy/sample-policy.ts'
import { literal } from '../policy/trees.ts'

const AT = sampleFacts.at
const DAY = 86_400_000
const when = conditionOf(literal(true))
const calm = (upper: Risk['upper']): Risk => ({ ...sampleRisk(known(upper)), upper })

const lowRisk: OptOut = { kind: 'low-risk', until: AT + DAY, riskBelow: 'HIGH' }
const network: OptOut = {
  kind: 'network',
  networks: ['192.0.2.0/24', '2001:db8::/32'],
  until: AT + DAY,
  riskBelow: 'HIGH',
}
const waiver: OptOut = {
  ...network,
  kind: 'waiver',
  when,
  owner: 'a',
  approvedBy: 'b',
  ticket: 'c',
  reason: 'd',
}
const allowance: OptOut = {
  kind: 'allowance',
  of: 'amount',
  each: 30,
  total: 100,
  count: 5,
  riskBelow: 'HIGH',
}
const device: OptOut = {
  kind: 'trusted-device',
  overallMs: 30 * DAY,
  idleMs: 7 * DAY,
  riskBelow: 'HIGH',
}

const target: OptOut = {
  kind: 'trusted-target',
  of: 'payee',
  overallMs: 30 * DAY,
  riskBelow: 'HIGH',
}
const grace: OptOut = {
  kind: 'enrollment-grace',
  claim: 'enrolled',
  until: AT + DAY,
  riskBelow: 'HIGH',
}
const listed = (daysAgo: number, days = 30): Partial<Facts> => ({
  targets: {
    tested: known({
      id: 't1',
      addedAt: AT - daysAgo * DAY,
      overallMs: days * DAY,
      activation: '1:1',
      position: '1:1',
    }),
  },
})
const claiming = (enrolled: Facts['subject']['claims'][string]): Partial<Facts> => ({
  subject: { id: 'alice', claims: { enrolled } },
})

interface Case {
  readonly name: string
  readonly optOut: OptOut
  readonly facts?: Partial<Facts>
  readonly risk?: Risk
  readonly condition?: Truth
  readonly uncertain?: boolean
  readonly suspended?: readonly SwitchTarget[]
  readonly holds: Truth
  readonly why: ReasonCode
}

const trusted = (
  trustedDaysAgo: number,
  usedDaysAgo: number,
  limits?: readonly [number, number],
): Partial<Facts> => ({
  device: known({
    id: 'd1',
    trustedAt: AT - trustedDaysAgo * DAY,
    usedAt: AT - usedDaysAgo * DAY,
    activation: '1:1' as const,
    ...(limits && { limits: { tested: { overallMs: limits[0] * DAY, idleMs: limits[1] * DAY } } }),
  }),
})
const amount = (value: unknown): Partial<Facts> => ({
  resource: { amount: known(value as number) },
})

const cases: readonly Case[] = [
  // what all kinds have in common
  { name: 'it holds', optOut: lowRisk, holds: 'true', why: 'opt_out_holds' },
  {
    name: 'its last millisecond',
    optOut: { ...lowRisk, until: AT + 1 },
    holds: 'true',
    why: 'opt_out_holds',
  },
  { name: 'its end', optOut: { ...lowRisk, until: AT }, holds: 'false', why: 'opt_out_ended' },
  {
    name: 'an end that is none',
    optOut: { ...lowRisk, until: Number.NaN },
    holds: 'false',
    why: 'opt_out_ended',
  },
  {
    name: 'a device has an end as well where it says so',
    optOut: { ...device, until: AT },
    facts: trusted(1, 1),
    holds: 'false',
    why: 'opt_out_ended',
  },
  {
    name: 'a risk below its ceiling',
    optOut: lowRisk,
    risk: calm('MEDIUM'),
    holds: 'true',
    why: 'opt_out_holds',
  },
  {
    name: 'a risk at its ceiling',
    optOut: lowRisk,
    risk: calm('HIGH'),
    holds: 'false',
    why: 'risk_too_high',
  },
  {
    name: 'a lower ceiling',
    optOut: { ...lowRisk, riskBelow: 'MEDIUM' },
    risk: calm('MEDIUM'),
    holds: 'false',
    why: 'risk_too_high',
  },
  {
    name: 'an unknown risk whose upper end lies below',
    optOut: lowRisk,
    risk: { ...calm('MEDIUM'), level: unknown },
    holds: 'true',
    why: 'opt_out_holds',
  },
  {
    name: 'an unknown risk whose upper end does not',
    optOut: lowRisk,
    risk: { ...calm('HIGH'), level: unknown },
    holds: 'unknown',
    why: 'risk_unknown',
  },
  {
    name: 'a condition that holds',
    optOut: { ...lowRisk, when },
    condition: 'true',
    holds: 'true',
    why: 'opt_out_holds',
  },
  {
    name: 'a condition that does not',
    optOut: { ...lowRisk, when },
    condition: 'false',
    holds: 'false',
    why: 'condition_false',
  },
  {
    name: 'an unknown condition',
    optOut: { ...lowRisk, when },
    condition: 'unknown',
    holds: 'unknown',
    why: 'condition_unknown',
  },
  {
    name: 'a condition that was not worked out',
    optOut: { ...lowRisk, when },
    holds: 'unknown',
    why: 'condition_unknown',
  },
  // switches
  ...(
    [
      'opt-outs',
      'opt-out:tested',
      'rule:r',
      'segment:everyone',
      'threat-model:calm',
      'segment:maybe',
    ] as const
  ).map(
    (target): Case => ({
      name: `suspended by ${target}`,
      optOut: lowRisk,
      suspended: [target],
      holds: 'false',
      why: 'opt_out_suspended',
    }),
  ),
  ...(['opt-out:other', 'rule:other', 'segment:none', 'threat-model:hot'] as const).map(
    (target): Case => ({
      name: `not by ${target}`,
      optOut: lowRisk,
      suspended: [target],
      holds: 'true',
      why: 'opt_out_holds',
    }),
  ),
  // network and waiver
  {
    name: 'an address inside',
    optOut: network,
    facts: { address: known('192.0.2.255') },
    holds: 'true',
    why: 'opt_out_holds',
  },
  {
    name: 'an address of the other family',
    optOut: network,
    facts: { address: known('2001:db8:1::1') },
    holds: 'true',
    why: 'opt_out_holds',
  },
  {
    name: 'an address outside',
    optOut: network,
    facts: { address: known('192.0.3.0') },
    holds: 'false',
    why: 'address_outside',
  },
  {
    name: 'no address',
    optOut: network,
    facts: { address: unknown },
    holds: 'unknown',
    why: 'address_unknown',
  },
  {
    name: 'an address that is none',
    optOut: network,
    facts: { address: known('192.0.2.1.evil') },
    holds: 'false',
    why: 'address_outside',
  },
  {
    name: 'a waiver wants both',
    optOut: waiver,
    condition: 'true',
    facts: { address: known('203.0.113.1') },
    holds: 'false',
    why: 'address_outside',
  },
  {
    name: 'a waiver whose condition is unknown',
    optOut: waiver,
    condition: 'unknown',
    facts: { address: known('192.0.2.1') },
    holds: 'unknown',
    why: 'condition_unknown',
  },
  {
    name: 'a waiver with both',
    optOut: waiver,
    condition: 'true',
    facts: { address: known('192.0.2.1') },
    holds: 'true',
    why: 'opt_out_holds',
  },
  // allowance, as far as it can be told without spending
  {
    name: 'an allowance of which what was spent may have been forgotten',
    optOut: allowance,
    facts: amount(30),
    uncertain: true,
    holds: 'false',
    why: 'allowance_uncertain',
  },
  {
    name: 'another kind beside it',
    optOut: lowRisk,
    uncertain: true,
    holds: 'true',
    why: 'opt_out_holds',
  },
  {
    name: 'an amount up to each',
    optOut: allowance,
    facts: amount(30),
    holds: 'true',
    why: 'opt_out_holds',
  },
  {
    name: 'an amount of nothing',
    optOut: allowance,
    facts: amount(0),
    holds: 'true',
    why: 'opt_out_holds',
  },
  {
    name: 'an amount above each',
    optOut: allowance,
    facts: amount(30.01),
    holds: 'false',
    why: 'amount_too_large',
  },
  {
    name: 'a negative amount',
    optOut: allowance,
    facts: amount(-1),
    holds: 'unknown',
    why: 'amount_unknown',
  },
  {
    name: 'an endless amount',
    optOut: allowance,
    facts: amount(Number.NEGATIVE_INFINITY),
    holds: 'unknown',
    why: 'amount_unknown',
  },
  {
    name: 'an amount that is a text',
    optOut: allowance,
    facts: amount('5'),
    holds: 'unknown',
    why: 'amount_unknown',
  },
  {
    name: 'no amount',
    optOut: allowance,
    facts: { resource: {} },
    holds: 'unknown',
    why: 'amount_unknown',
  },
  {
    name: 'an amount on the prototype',
    optOut: { ...allowance, of: 'constructor' },
    facts: { resource: {} },
    holds: 'unknown',
    why: 'amount_unknown',
  },
  // trusted device
  {
    name: 'a device up to its limits',
    optOut: device,
    facts: trusted(30, 7),
    holds: 'true',
    why: 'opt_out_holds',
  },
  {
    name: 'a device that was trusted too long ago',
    optOut: device,
    facts: trusted(30.001, 1),
    holds: 'false',
    why: 'device_expired',
  },
  {
    name: 'a device that was idle for too long',
    optOut: device,
    facts: trusted(20, 7.001),
    holds: 'false',
    why: 'device_idle',
  },
  {
    name: 'a stricter overall limit of its time',
    optOut: device,
    facts: trusted(11, 1, [10, 7]),
    holds: 'false',
    why: 'device_expired',
  },
  {
    name: 'a stricter idle limit of its time',
    optOut: device,
    facts: trusted(3, 2, [10, 1]),
    holds: 'false',
    why: 'device_idle',
  },
  {
    name: 'a looser limit of its time',
    optOut: device,
    facts: trusted(31, 1, [90, 90]),
    holds: 'false',
    why: 'device_expired',
  },
  {
    name: 'a device trusted in the future',
    optOut: device,
    facts: trusted(-1, 0),
    holds: 'false',
    why: 'device_expired',
  },
  {
    name: 'a moment that is none',
    optOut: device,
    facts: trusted(Number.NaN, 0),
    holds: 'false',
    why: 'device_expired',
  },
  {
    name: 'no device',
    optOut: device,
    facts: { device: absent },
    holds: 'false',
    why: 'device_absent',
  },
  {
    name: 'a device that is unknown says why',
    optOut: device,
    facts: { device: { is: 'unknown', why: 'device_revoked' } },
    holds: 'unknown',
    why: 'device_revoked',
  },
  // trusted target
  {
    name: 'a target up to its limit',
    optOut: target,
    facts: listed(30),
    holds: 'true',
    why: 'opt_out_holds',
  },
  ...[
    { name: 'a target that was listed too long ago', facts: listed(30.001) },
    { name: 'a stricter limit of its time', facts: listed(3, 2) },
    { name: 'a looser limit of its time', facts: listed(31, 90) },
    { name: 'a target listed in the future', facts: listed(-1) },
    { name: 'a target listed at a moment that is none', facts: listed(Number.NaN) },
    { name: 'a limit that is none', facts: listed(1, Number.NaN) },
  ].map((one) => ({ ...one, optOut: target, holds: 'false', why: 'target_expired' }) as const),
  {
    name: 'a target that is not on the list',
    optOut: target,
    facts: { targets: { tested: absent } },
    holds: 'false',
    why: 'target_absent',
  },
  {
    name: 'a target that is unknown says why',
    optOut: target,
    facts: { targets: { tested: { is: 'unknown', why: 'store_unavailable' } } },
    holds: 'unknown',
    why: 'store_unavailable',
  },
  {
    name: 'a list that was not looked at',
    optOut: target,
    holds: 'unknown',
    why: 'target_unchecked',
  },
  {
    name: "another opt-out's list",
    optOut: target,
    facts: { targets: { another: listed(1).targets?.['tested'] ?? absent } },
    holds: 'unknown',
    why: 'target_unchecked',
  },
  // enrollment grace
  ...[false, null].map(
    (value) =>
      ({
        name: `a claim that says ${value}`,
        optOut: grace,
        facts: claiming(known(value)),
        holds: 'true',
        why: 'opt_out_holds',
      }) as const,
  ),
  ...[true, 'false', '', 0, 1, [], {}].map(
    (value) =>
      ({
        name: `a claim that says ${JSON.stringify(value)}`,
        optOut: grace,
        facts: claiming(known(value)),
        holds: 'false',
        why: 'enrolled',
      }) as const,
  ),
  ...[
    { name: 'a claim that is absent: nobody says so', facts: claiming(absent) },
    { name: 'a claim that is unknown', facts: claiming(unknown) },
    { name: 'no claim', facts: { subject: { id: 'alice', claims: {} } } },
  ].map((one) => ({ ...one, optOut: grace, holds: 'unknown', why: 'enrollment_unknown' }) as const),
  {
    name: 'a grace after its deadline',
    optOut: { ...grace, until: AT },
    facts: claiming(known(false)),
    holds: 'false',
    why: 'opt_out_ended',
  },
]

const segments = [
  { name: 'everyone', key: 'segment:everyone', model: { name: 'calm' } },
  { name: 'maybe', key: 'segment:maybe', model: { name: 'calm' } },
  { name: 'none', key: 'segment:none', model: { name: 'hot' } },
]

describe('checkOptOut', () => {
  test.each(cases)(
    '$name: $why',
    ({
      optOut,
      facts,
      risk = calm('LOW'),
      condition,
      suspended = [],
      uncertain = false,
      holds,
      why,
    }) => {
      const policy: CompiledPolicy = policyOf({ optOuts: { tested: optOut } })
      const prepared = prepareOptOuts(policy).get('tested')
      if (prepared === undefined) throw new Error('it was not prepared')
      const scene = {
        facts: { ...sampleFacts, ...facts },
        verdict: {
          denied: 'false' as const,
          risk,
          conditions: {
            'segment:maybe': 'unknown' as const,
            'segment:none': 'false' as const,
            ...(condition && { tested: condition }),
          },
          unmet: [],
        },
        segments,
        isSuspended: (target: SwitchTarget) => suspended.includes(target),
        isSpendingUncertain: () => uncertain,
      }
      expect(
        checkOptOut(scene, { rule: 'r', requirement: {}, optOuts: ['tested'] }, prepared),
      ).toEqual({ holds, why })
    },
  )
})
