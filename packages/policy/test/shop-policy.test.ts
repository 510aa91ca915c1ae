import { readFileSync } from 'node:fs'
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
