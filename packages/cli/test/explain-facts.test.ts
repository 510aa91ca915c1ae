import { explainFacts, explainRules, type Facts } from '@countersign/core'
import { compilePolicy } from '@countersign/policy'
import { describe, expect, it } from 'vitest'

const policy = compilePolicy(`
countersign: 1
name: shop
assurance:
  levels: [{ acr: aal1, amr: [[pwd]] }, { acr: aal2, amr: [[pwd, otp]] }]
actions:
  transfer.create: { resource: { amount: { type: integer, minimum: 1 } } }
  other: {}
external: [account-disabled]
optOuts:
  small: { kind: allowance, of: resource.amount, each: 30, total: 100, count: 5, riskBelow: HIGH }
rules:
  - { id: money, actions: [transfer.create], require: { acr: aal2, maxAge: 15m }, optOuts: [small] }
  - { id: large, actions: [transfer.create], when: resource.amount > 1000, require: { maxAge: 2m } }
  - { id: other, actions: [other], require: { acr: aal1 } }
  - { id: closed, actions: ["*"], when: '"account-disabled" in signals', deny: true }
`)

const AT = 1_800_000_000_000
const SIGNALS = ['new-device', 'credential-change', 'velocity', 'device-reuse', 'account-disabled']

function facts(amount: Facts['resource'][string], methods: string[], disabled = false): Facts {
  const absent = { is: 'absent', share: 0, until: 0 } as const
  const heard = { is: 'present', share: 1, until: AT + 1 } as const
  const unknown = { is: 'unknown', why: 'fact_missing' } as const
  return {
    at: AT,
    action: 'transfer.create',
    resource: { amount },
    address: unknown,
    subject: { id: 'alice', claims: {} },
    session: { id: unknown, factors: [{ amr: methods, at: AT - 60_000, from: 'identity' }] },
    device: unknown,
    signals: {
      ...Object.fromEntries(SIGNALS.map((code) => [code, absent])),
      ...(disabled ? { 'account-disabled': heard } : {}),
    },
  }
}

const known = (value: number) => ({ is: 'known', value }) as const
const spoilt = { is: 'unknown', why: 'fact_wrong_type' } as const

describe('explainFacts', () => {
  const cases = [
    { name: 'what was proved suffices', of: facts(known(50), ['pwd', 'otp']), outcome: 'pass' },
    { name: 'a small amount', of: facts(known(30), ['pwd']), outcome: 'opt-out' },
    { name: 'a large amount', of: facts(known(31), ['pwd']), outcome: 'challenge' },
    { name: 'an unknown amount', of: facts(spoilt, ['pwd']), outcome: 'challenge' },
    { name: 'a denial', of: facts(known(1), ['pwd', 'otp'], true), outcome: 'deny' },
  ]
  it.each(cases)('$name: $outcome', ({ of, outcome }) => {
    expect(explainFacts(policy, of).outcome).toBe(outcome)
  })

  it('names what the outcome stands on, and what nothing answers', () => {
    expect(explainFacts(policy, facts(known(30), ['pwd']))).toMatchObject({
      optOuts: ['small'],
      checks: [{ rule: 'money', optOut: 'small', holds: 'true', why: 'opt_out_holds' }],
      unanswered: [],
    })
    expect(explainFacts(policy, facts(known(31), ['pwd']))).toMatchObject({
      optOuts: [],
      checks: [{ optOut: 'small', holds: 'false', why: 'amount_too_large' }],
      unanswered: ['money'],
    })
  })
})

describe('explainRules', () => {
  it('tells of each rule of the action whether it applies, and whether it is met', () => {
    const of = facts(known(30), ['pwd'])
    const { action, at, session } = of
    const proved = { action, at, factors: session.factors }
    const rules = explainRules(policy, proved, explainFacts(policy, of).verdict.conditions)
    expect(rules).toEqual([
      {
        ...{ id: 'money', applies: 'true', proof: 'acr_too_low', optOuts: ['small'] },
        require: { acr: 'aal2', maxAgeSeconds: 900 },
      },
      {
        ...{ id: 'large', applies: 'false', when: 'resource.amount > 1000', optOuts: [] },
        ...{ require: { maxAgeSeconds: 120 }, proof: 'requirement_met' },
      },
      { id: 'closed', applies: 'false', when: '"account-disabled" in signals', optOuts: [] },
    ])
    const [, large] = explainRules(policy, proved, {})
    expect(large?.applies).toBe('unknown')
  })
})
