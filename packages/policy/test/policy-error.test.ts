import { compilePolicy, type PolicyDocument, PolicyError, parsePolicy } from '@countersign/policy'
import { describe, expect, test } from 'vitest'

const text = `countersign: 1
name: shop
actions: { pay: {} }
rulez: []
rules:
  - { id: all, actions: ["*"], require: { maxAge: 15x } }
  - { id: gone, actions: [refund], require: { maxAge: 5m } }
`

function caught(act: () => unknown): PolicyError {
  try {
    act()
  } catch (error) {
    if (error instanceof PolicyError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('PolicyError', () => {
  test('tells all errors at once, each with file, line and column', () => {
    const error = caught(() => parsePolicy(text, { file: 'policy.yaml' }))
    expect(error.message.split('\n')).toEqual([
      'the policy has 2 mistakes',
      'policy.yaml:4:1 error unknown_key rulez: there is no key "rulez" here; found "rulez"; did you mean rules?',
      'policy.yaml:6:51 error malformed rules[0].require.maxAge: this is not written as it has to be; found "15x"; write a number and a unit, 90s, 15m, 12h or 30d, of at most 366d',
    ])
    expect(error.name).toBe('PolicyError')
    expect(error.code).toBe('policy_invalid')
  })

  test('has the warnings among its problems', () => {
    const { problems } = caught(() => compilePolicy(text))
    expect(problems.map(({ code, line }) => [code, line])).toEqual([
      ['unknown_key', 4],
      ['malformed', 6],
      ['rule_matches_nothing', 7],
    ])
  })

  test('of a document has paths, and no lines', () => {
    const document = { countersign: 1, name: 'x', actions: { pay: {} }, rules: [] }
    const { message, problems } = caught(() => compilePolicy(document as PolicyDocument))
    expect(message).toBe(
      'the policy has a mistake\nerror empty rules: at least one item belongs here; found an empty list; add one item, or remove the key',
    )
    expect(problems[0]).not.toHaveProperty('line')
    expect(problems[0]).not.toHaveProperty('column')
  })

  test('spells out fifty mistakes and counts the others', () => {
    const rules = Array.from({ length: 60 }, (_, i) => `  - { id: r${i} }`).join('\n')
    const { message, problems } = caught(() =>
      compilePolicy(`countersign: 1\nname: x\nactions: any\nrules:\n${rules}\n`),
    )
    expect(problems).toHaveLength(120)
    expect(message.split('\n')).toHaveLength(52)
    expect(message.split('\n').at(-1)).toBe('and 70 more')
  })
})
