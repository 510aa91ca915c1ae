// Facts to work conditions out from, with any of them replaced.
import type { Condition } from '../../src/policy/condition.ts'
import type { Expression } from '../../src/policy/expression.ts'
import type { Fact, Facts } from '../../src/policy/facts.ts'
import type { Risk } from '../../src/policy/risk.ts'

export const unknown = { is: 'unknown', why: 'fact_missing' } as const
export const absent = { is: 'absent' } as const

export function known<T>(value: T): Fact<T> {
  return { is: 'known', value }
}

export const sampleFacts: Facts = {
  at: 1_800_000_000_000,
  action: 'transfer.create',
  resource: { amount: known(30), payee: known('Zoë'), rate: known(0.5), urgent: known(true) },
  address: known('192.0.2.1'),
  subject: {
    id: 'alice',
    claims: {
      roles: known(['admin', 'auditor']),
      org: known({ plan: 'pro', seats: 3 }),
      email: absent,
      level: unknown,
    },
  },
  session: { id: known('s1'), factors: [] },
  device: known({ id: 'd1', trustedAt: 0, usedAt: 0, activation: '1:1' }),
  signals: {
    present: { is: 'present', share: 1, until: 0 },
    absent: { is: 'absent', share: 0, until: 0 },
    unjudged: { is: 'unjudged', share: 0, until: 0 },
    unknown: { is: 'unknown', share: 0, until: 0 },
  },
}

export function sampleRisk(level: Risk['level']): Risk {
  return { level, low: 0.1, high: 0.2, upper: 'LOW', model: 'm', factors: [] }
}

export function conditionOf(tree: Expression): Condition {
  const reads = { resource: [], claims: [], signals: [], facts: [] }
  // as the feed carries it
  return { source: '', tree: JSON.parse(JSON.stringify(tree)), reads }
}
