import {
  compilePolicy,
  defaultPolicy,
  defaultPolicyDocument,
  defaultPolicyText,
  lintPolicy,
} from '@countersign/policy'
import { describe, expect, test } from 'vitest'

describe('the default policy', () => {
  test('accepts every action, each of which needs a recent login or a remembered device', () => {
    const policy = defaultPolicy()
    expect(policy.actions).toBe('any')
    expect(policy.rules).toEqual([
      {
        id: 'recent-login',
        actions: ['*'],
        require: { maxAgeSeconds: 900 },
        optOuts: ['remembered-device'],
      },
    ])
    expect(policy.optOuts).toEqual({
      'remembered-device': {
        kind: 'trusted-device',
        overallMs: 30 * 86_400_000,
        idleMs: 7 * 86_400_000,
        riskBelow: 'MEDIUM',
      },
    })
  })

  test('has levels, a threat model and a segment without naming any', () => {
    const policy = defaultPolicy()
    expect(policy.levels.map(({ acr }) => acr)).toEqual(['aal1', 'aal2', 'aal3'])
    expect(policy.segments).toEqual({ everyone: { threatModel: 'default' } })
    expect(policy.threatModels).toEqual({
      default: {
        bias: -2,
        signals: {
          'new-device': 1.2,
          'credential-change': 2.5,
          velocity: 1.5,
          'device-reuse': 2.5,
          'cold-start': 0.5,
        },
        levels: { MEDIUM: 0.35, HIGH: 0.7 },
      },
    })
  })

  test('is fine as it is', () => {
    expect(lintPolicy(defaultPolicyDocument)).toEqual([])
    expect(lintPolicy(defaultPolicyText)).toEqual([])
  })

  test('is the same policy as the text that init writes', () => {
    expect(compilePolicy(defaultPolicyText)).toEqual(defaultPolicy())
  })
})
