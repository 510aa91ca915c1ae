import { compilePolicy, definePolicy, type PolicyDocument, PolicyError } from '@countersign/policy'
import { describe, expect, test } from 'vitest'

const base = {
  countersign: 1,
  name: 'app',
  actions: { 'account.view': {}, 'account.close': {} },
} as const

describe('definePolicy', () => {
  test('gives back the document, which compiles', () => {
    const policy = definePolicy({
      ...base,
      assurance: { levels: [{ acr: 'low' }, { acr: 'high', amr: [['pwd', 'otp']] }] },
      routes: [{ path: '/account', action: 'account.view' }],
      threatModels: {
        web: { bias: -2, signals: { velocity: 4 }, levels: { MEDIUM: 0.3, HIGH: 0.5 } },
      },
      segments: { everyone: { threatModel: 'web' } },
      optOuts: { known: { kind: 'trusted-device', overall: '30d', idle: '7d', riskBelow: 'HIGH' } },
      rules: [
        {
          id: 'all',
          actions: ['account.*'],
          require: { acr: 'high', maxAge: '1h' },
          optOuts: ['known'],
        },
      ],
    })
    const document: PolicyDocument = policy
    expect(compilePolicy(document).rules[0]?.optOuts).toEqual(['known'])
    expect(policy.name).toBe('app')
  })

  test('accepts the default levels where the document has none', () => {
    const rules = [{ id: 'all', actions: ['*'], require: { acr: 'aal2' } }] as const
    expect(definePolicy({ ...base, rules }).rules).toBe(rules)
  })

  test('accepts every name where the document accepts every action', () => {
    const policy = definePolicy({
      countersign: 1,
      name: 'any',
      actions: 'any',
      rules: [
        { id: 'all', actions: ['*'], require: { maxAge: '1h' } },
        { id: 'one', actions: ['pay'], require: { maxAge: '1m' } },
      ],
    })
    expect(policy.rules).toHaveLength(2)
  })

  test('refuses, for TypeScript too, an action that is not declared', () => {
    const define = (): unknown =>
      definePolicy({
        ...base,
        // @ts-expect-error there is no such action
        routes: [{ path: '/account', action: 'account.vew' }],
        // @ts-expect-error nor here
        rules: [{ id: 'all', actions: ['*', 'account.clos'], require: { maxAge: '1h' } }],
      })
    expect(define).toThrow(/did you mean account\.view\?/)
  })

  test('refuses, for TypeScript too, an opt-out that is not declared', () => {
    const require = { maxAge: '1h' } as const
    expect(() =>
      definePolicy({
        ...base,
        optOuts: {
          known: { kind: 'trusted-device', overall: '3d', idle: '1d', riskBelow: 'HIGH' },
        },
        // @ts-expect-error there is no such opt-out
        rules: [{ id: 'all', actions: ['*'], require, optOuts: ['knwon'] }],
      }),
    ).toThrow(/did you mean known\?/)
    expect(() =>
      definePolicy({
        ...base,
        // @ts-expect-error there is none at all
        rules: [{ id: 'all', actions: ['*'], require, optOuts: ['known'] }],
      }),
    ).toThrow(PolicyError)
  })

  test('refuses, for TypeScript too, a level and a threat model that are not declared', () => {
    expect(() =>
      definePolicy({
        ...base,
        threatModels: { web: { bias: -2, signals: {}, levels: { MEDIUM: 0.3, HIGH: 0.5 } } },
        // @ts-expect-error there is no such threat model
        segments: { everyone: { threatModel: 'wbe' } },
        // @ts-expect-error there is no such level
        rules: [{ id: 'all', actions: ['*'], require: { acr: 'aal9' } }],
      }),
    ).toThrow(/did you mean aal1\?[\s\S]*did you mean web\?/)
  })

  test('refuses, for TypeScript too, an opt-out without an end or a risk ceiling', () => {
    const rules = [{ id: 'all', actions: ['*'], require: { maxAge: '1h' } }] as const
    expect(() =>
      definePolicy({
        ...base,
        // @ts-expect-error until is missing
        optOuts: { calm: { kind: 'low-risk', riskBelow: 'MEDIUM' } },
        rules,
      }),
    ).toThrow(/until is missing/)
    expect(() =>
      definePolicy({
        ...base,
        // @ts-expect-error riskBelow is missing
        optOuts: { calm: { kind: 'low-risk', until: '2027-01-01' } },
        rules,
      }),
    ).toThrow(/riskBelow is missing/)
  })
})
