import { readFileSync } from 'node:fs'
import { defaultPolicyDocument, parsePolicy, policyJsonSchema } from '@countersign/policy'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
const published = JSON.parse(read('../policy.schema.json'))
const shop = parsePolicy(read('../../../examples/shop/policy.yaml'), {
  now: Date.parse('2026-11-24T00:00:00Z'),
})
const validate = new Ajv2020({ strict: true, strictRequired: false, allErrors: true }).compile(
  published,
)

const rule = { id: 'all', actions: ['*'], require: { maxAge: '15m' } }
const base = { countersign: 1, name: 'x', actions: 'any', rules: [rule] }
const device = { kind: 'trusted-device', overall: '30d', idle: '7d', riskBelow: 'MEDIUM' }

describe('policy.schema.json', () => {
  test('is what the tables say (run scripts/write-schema.mjs after a build)', () => {
    expect(published).toEqual(policyJsonSchema())
  })

  test('accepts the policy of the shop and the default policy', () => {
    expect(validate(shop), JSON.stringify(validate.errors)).toBe(true)
    expect(validate(defaultPolicyDocument)).toBe(true)
    expect(validate(base)).toBe(true)
  })

  const refused: readonly [string, object][] = [
    ['no version', { ...base, countersign: undefined }],
    ['another version', { ...base, countersign: 2 }],
    ['no rules', { ...base, rules: [] }],
    ['an unknown key', { ...base, rulez: [] }],
    ['what is not built yet', { ...base, budgets: {} }],
    ['a misspelt word for all actions', { ...base, actions: 'all' }],
    ['a rule that does nothing', { ...base, rules: [{ id: 'a', actions: ['*'] }] }],
    ['a rule that does both', { ...base, rules: [{ ...rule, deny: true }] }],
    ['a rule with deny: false', { ...base, rules: [{ id: 'a', actions: ['*'], deny: false }] }],
    ['a demand for nothing', { ...base, rules: [{ ...rule, require: {} }] }],
    ['once', { ...base, rules: [{ ...rule, require: { once: true } }] }],
    ['a duration in words', { ...base, rules: [{ ...rule, require: { maxAge: 'a day' } }] }],
    ['a star in the middle', { ...base, rules: [{ ...rule, actions: ['a*b'] }] }],
    ['an unknown kind', { ...base, optOuts: { dev: { ...device, kind: 'cool-down' } } }],
    [
      'a device without a ceiling',
      { ...base, optOuts: { dev: { ...device, riskBelow: undefined } } },
    ],
    ['a ceiling that is none', { ...base, optOuts: { dev: { ...device, riskBelow: 'LOW' } } }],
    ['a device that is never idle', { ...base, optOuts: { dev: { ...device, idle: undefined } } }],
    [
      'low-risk without an end',
      { ...base, optOuts: { calm: { kind: 'low-risk', riskBelow: 'MEDIUM' } } },
    ],
    [
      'a waiver without an owner',
      { ...base, optOuts: { w: { kind: 'waiver', until: '2027-01-01', riskBelow: 'HIGH' } } },
    ],
    [
      'a negative weight',
      {
        ...base,
        threatModels: {
          m: { bias: 0, signals: { velocity: -1 }, levels: { MEDIUM: 0.2, HIGH: 0.3 } },
        },
      },
    ],
    ['an unknown type', { ...base, actions: { a: { resource: { b: { type: 'object' } } } } }],
    [
      'a maximum of a text',
      { ...base, actions: { a: { resource: { b: { type: 'string', maximum: 3 } } } } },
    ],
    ['a set of no methods', { ...base, assurance: { levels: [{ acr: 'a', amr: [[]] }] } }],
    ['a route without a slash', { ...base, routes: [{ path: 'a', action: 'b' }] }],
  ]

  test.each(refused)('refuses %s', (_name, document) => {
    expect(validate(JSON.parse(JSON.stringify(document)))).toBe(false)
  })

  test('describes every key, so that editors can show it', () => {
    const undescribed: string[] = []
    const visit = (schema: Record<string, unknown>, path: string): void => {
      for (const [key, inner] of Object.entries((schema['properties'] ?? {}) as object)) {
        if (typeof inner.description !== 'string') undescribed.push(`${path}.${key}`)
        visit(inner, `${path}.${key}`)
      }
      const { items, additionalProperties: values, oneOf } = schema
      for (const inner of [items, values, ...(Array.isArray(oneOf) ? oneOf : [])]) {
        if (typeof inner === 'object' && inner !== null) visit(inner as never, path)
      }
    }
    visit(published, '')
    expect(undescribed).toEqual([])
  })
})
