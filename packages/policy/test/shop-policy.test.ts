import { readFileSync } from 'node:fs'
import { evaluatePolicy, type Facts, type Signal } from '@countersign/core'
import { compilePolicy, lintPolicy } from '@countersign/policy'
import { describe, expect, test } from 'vitest'

const file = new URL('../../../examples/shop/policy.yaml', import.meta.url)
const text = readFileSync(file, 'utf8')
const now = Date.parse('2026-11-24T00:00:00Z')

describe('the policy of the shop', () => {
  test('has nothing that lint would tell', () => {
    expect(lintPolicy(text, { now })).toEqual([])
  })

  test('compiles to plain JSON', () => {
    const compiled = compilePolicy(text, { now })
    expect(JSON.parse(JSON.stringify(compiled))).toEqual(compiled)
    expect(compiled.revision).toMatch(/^[0-9a-f]{64}$/)
  })

  test('turns durations, dates and networks into what the evaluator compares', () => {
    const { optOuts, rules, levels, routes } = compilePolicy(text, { now })
    expect(levels.map((level) => level.acr)).toEqual(['aal1', 'aal2', 'aal3'])
    expect(routes).toEqual([{ methods: ['GET'], path: '/account/**', action: 'account.view' }])
    expect(optOuts['remembered-device']).toEqual({
      kind: 'trusted-device',
      overallMs: 30 * 86_400_000,
      idleMs: 7 * 86_400_000,
      riskBelow: 'MEDIUM',
    })
    expect(optOuts['small-payment']).toMatchObject({ of: 'amount', each: 30, total: 100, count: 5 })
    expect(optOuts['audit-robot']).toMatchObject({
      networks: ['10.0.0.0/8'],
      until: Date.parse('2027-04-01T00:00:00Z'),
      when: { source: 'subject.id == "svc-audit"' },
    })
    expect(rules.map((rule) => rule.require?.maxAgeSeconds)).toEqual([
      43_200,
      900,
      300,
      900,
      120,
      undefined,
    ])
    expect(rules[4]?.when?.source).toBe('risk.level == "HIGH"')
    expect(rules[5]).toMatchObject({ id: 'closed', deny: true, optOuts: [] })
  })
})

describe('the policy of the shop, evaluated by core', () => {
  const compiled = compilePolicy(text, { now })
  const absent: Signal = { is: 'absent', share: 0, until: 0 }
  const calm = {
    'new-device': absent,
    'credential-change': absent,
    velocity: absent,
    'account-disabled': absent,
  }

  /** Alice, who gave her password a minute ago. */
  function facts(action: string, more: Partial<Facts> = {}): Facts {
    return {
      at: now,
      action,
      resource: {},
      address: { is: 'known', value: '192.0.2.1' },
      subject: { id: 'alice', claims: {} },
      session: {
        id: { is: 'known', value: 's1' },
        factors: [{ acr: 'aal1', amr: ['pwd'], at: now - 60_000, from: 'identity' }],
      },
      device: { is: 'absent' },
      signals: calm,
      ...more,
    }
  }

  test('a recent password is enough for the account', () => {
    expect(evaluatePolicy(compiled, facts('account.view'))).toMatchObject({
      denied: 'false',
      unmet: [],
      risk: { upper: 'LOW' },
    })
  })

  test('money needs a second factor, or one of two opt-outs', () => {
    expect(evaluatePolicy(compiled, facts('transfer.create')).unmet).toEqual([
      {
        rule: 'money-out',
        requirement: { acr: 'aal2', maxAgeSeconds: 900 },
        optOuts: ['remembered-device', 'small-payment'],
      },
    ])
  })

  test('nothing waives an API key', () => {
    expect(evaluatePolicy(compiled, facts('api-key.create')).unmet).toMatchObject([
      { rule: 'keys', optOuts: [] },
    ])
  })

  test('high risk asks again, everywhere', () => {
    const present: Signal = { is: 'present', share: 1, until: now + 60_000 }
    const signals = { ...calm, 'credential-change': present, 'new-device': present }
    expect(evaluatePolicy(compiled, facts('account.view', { signals }))).toMatchObject({
      risk: { upper: 'HIGH' },
      unmet: [{ rule: 'hot', requirement: { acr: 'aal2', maxAgeSeconds: 120 } }],
    })
  })

  test('a disabled account is denied, and where that is unknown it stays unknown', () => {
    const denied = (is: Signal['is']): string =>
      evaluatePolicy(
        compiled,
        facts('account.view', {
          signals: { ...calm, 'account-disabled': { is, share: 1, until: now + 1 } },
        }),
      ).denied
    expect(denied('present')).toBe('true')
    expect(denied('unknown')).toBe('unknown')
    expect(denied('absent')).toBe('false')
  })
})
