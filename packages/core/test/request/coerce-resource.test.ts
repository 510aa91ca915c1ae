// What an app gives as a resource becomes typed facts, and nothing that a client can spoil becomes more than unknown.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ActionDeclaration, AttributeDeclaration } from '../../src/policy/compiled-policy.ts'
import { coerceResource, knownAttributes } from '../../src/request/coerce-resource.ts'

function declare(attribute: AttributeDeclaration): ActionDeclaration {
  return { sensitive: false, open: false, resource: { it: attribute } }
}

function coerced(attribute: AttributeDeclaration, value: unknown): unknown {
  const fact = coerceResource(declare(attribute), { it: value })['it']
  return fact?.is === 'known'
    ? fact.value
    : `unknown: ${fact?.is === 'unknown' ? fact.why : fact?.is}`
}

const WRONG = 'unknown: fact_wrong_type'

describe('an integer', () => {
  it.each([
    { name: 'a number', value: 30, due: 30 },
    { name: 'zero', value: 0, due: 0 },
    { name: 'a form’s text', value: '30', due: 30 },
    { name: 'a negative text', value: '-7', due: -7 },
    { name: 'a fraction', value: 30.5, due: WRONG },
    { name: 'a fraction as text', value: '30.0', due: WRONG },
    { name: 'a leading zero', value: '030', due: WRONG },
    { name: 'a plus', value: '+30', due: WRONG },
    { name: 'an exponent', value: '3e1', due: WRONG },
    { name: 'hexadecimal', value: '0x1e', due: WRONG },
    { name: 'white space', value: ' 30', due: WRONG },
    { name: 'minus zero', value: '-0', due: WRONG },
    { name: 'more digits than a number keeps', value: '90071992547409921', due: WRONG },
    { name: 'beyond the safe integers', value: 2 ** 53, due: WRONG },
    { name: 'NaN', value: Number.NaN, due: WRONG },
    { name: 'infinity', value: Number.POSITIVE_INFINITY, due: WRONG },
    { name: 'a list of one', value: [30], due: WRONG },
    { name: 'a boolean', value: true, due: WRONG },
    { name: 'an object with valueOf', value: { valueOf: () => 30 }, due: WRONG },
    { name: 'nothing', value: null, due: WRONG },
  ])('of $name', ({ value, due }) => {
    expect(coerced({ type: 'integer' }, value)).toBe(due)
  })
})

describe('a number', () => {
  it.each([
    { name: 'a fraction', value: '12.5', due: 12.5 },
    { name: 'a trailing zero', value: '12.50', due: WRONG },
    { name: 'a digit that is lost', value: '30.0000000000000000001', due: WRONG },
    { name: 'no digit before the point', value: '.5', due: WRONG },
  ])('of $name', ({ value, due }) => {
    expect(coerced({ type: 'number' }, value)).toBe(due)
  })

  it('as text is taken in its one spelling only', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'0123456789.-+e '), maxLength: 20 }),
        (text) => {
          const value = coerced({ type: 'number' }, text)
          return value === WRONG || (typeof value === 'number' && String(value) === text)
        },
      ),
      { numRuns: 2_000 },
    )
  })
})

describe('limits', () => {
  const amount: AttributeDeclaration = { type: 'integer', minimum: 1, maximum: 30 }
  it.each([
    { attribute: amount, value: 1, due: 1 },
    { attribute: amount, value: 0, due: WRONG },
    { attribute: amount, value: 30, due: 30 },
    { attribute: amount, value: '31', due: WRONG },
    { attribute: { type: 'string', maxLength: 2 } as const, value: 'ab', due: 'ab' },
    { attribute: { type: 'string', maxLength: 2 } as const, value: '😀😀', due: '😀😀' },
    { attribute: { type: 'string', maxLength: 2 } as const, value: 'abc', due: WRONG },
    { attribute: { type: 'string', minLength: 1 } as const, value: '', due: WRONG },
    { attribute: { type: 'string', enum: ['a'] } as const, value: 'b', due: WRONG },
    { attribute: { type: 'string' } as const, value: 'x'.repeat(5_000), due: WRONG },
    { attribute: { type: 'boolean' } as const, value: 'true', due: WRONG },
    { attribute: { type: 'boolean' } as const, value: false, due: false },
  ])('$value is $due', ({ attribute, value, due }) => {
    expect(coerced(attribute, value)).toBe(due)
  })
})

describe('what is not the resource’s own', () => {
  const declared = declare({ type: 'integer' })
  it.each([
    { name: 'left out', given: {}, due: 'fact_missing' },
    { name: 'no object', given: 'it=30', due: 'fact_missing' },
    { name: 'nothing', given: undefined, due: 'fact_missing' },
    { name: 'inherited', given: Object.create({ it: 30 }), due: 'fact_missing' },
    {
      name: 'a getter that throws',
      given: Object.defineProperty({}, 'it', {
        get: () => {
          throw new Error('no')
        },
      }),
      due: 'fact_failed',
    },
  ])('is unknown: $name', ({ given, due }) => {
    expect(coerceResource(declared, given)['it']).toEqual({ is: 'unknown', why: due })
  })

  it('is not there at all where it is not declared', () => {
    const resource = coerceResource(declared, { it: 1, role: 'admin' })
    expect(Object.keys(resource)).toEqual(['it'])
    expect(knownAttributes(resource)).toEqual({ it: 1 })
    expect(Object.isFrozen(resource)).toBe(true)
  })
})
