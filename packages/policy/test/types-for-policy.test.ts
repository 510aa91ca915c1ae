import { readFileSync } from 'node:fs'
import { compilePolicy, defaultPolicy, typesForPolicy } from '@countersign/policy'
import { describe, expect, test } from 'vitest'

const shop = readFileSync(new URL('../../../examples/shop/policy.yaml', import.meta.url), 'utf8')
const now = Date.parse('2026-11-24T00:00:00Z')

describe('typesForPolicy', () => {
  test('declares the actions and their attributes', () => {
    expect(typesForPolicy(compilePolicy(shop, { now }))).toBe(
      `// Written by \`countersign types\` from the policy 'shop'. Do not edit.
import '@countersign/core'

declare module '@countersign/core' {
  interface ActionTypes {
    'account.view': {}
    'transfer.create': { amount: number; payee: string }
    'api-key.create': { name: string }
    'passkey.add': {}
    'passkey.remove': {}
    'audit.export': {}
  }
}
`,
    )
  })

  test('writes enumerations as unions, and booleans', () => {
    const compiled = compilePolicy(`countersign: 1
name: it's
actions:
  pay: { resource: { currency: { type: string, enum: [EUR, "it's"] }, days: { type: integer, enum: [1, 2] }, now: { type: boolean } } }
rules: [{ id: all, actions: ["*"], require: { maxAge: 5m } }]
`)
    const types = typesForPolicy(compiled, '@countersign/express')
    expect(types).toContain(`'pay': { currency: 'EUR' | 'it\\'s'; days: 1 | 2; now: boolean }`)
    expect(types).toContain(`declare module '@countersign/express' {`)
    expect(types).toContain(`from the policy 'it\\'s'.`)
  })

  test('leaves every name possible where the policy does', () => {
    expect(typesForPolicy(defaultPolicy())).toContain('  interface ActionTypes {}\n')
  })

  test('cannot be broken out of by a name', () => {
    const compiled = compilePolicy({
      countersign: 1,
      name: 'a\u2028export const x = 1 */ `',
      actions: 'any',
      rules: [{ id: 'all', actions: ['*'], require: { maxAge: '5m' } }],
    })
    expect(typesForPolicy(compiled).split(/[\n\u2028]/)[0]).toBe(
      "// Written by `countersign types` from the policy 'a\\u2028export const x = 1 */ `'. Do not edit.",
    )
  })
})
