// The variables of generated expressions, with generated values.
import fc from 'fast-check'
import type { Value } from '../../packages/core/src/policy/value.ts'
import type { CelType } from '../../packages/policy/src/cel/cel-type.ts'
import type { Bindings } from './general-expression.ts'

/**
 * `j` and `k` are of any type, as claims are; `m` is a map and `q` no string, and no map has a null: there the library is
 * laxer than the specification (`has` is false on what is no map and on null, `double("")` is 0).
 */
export const variables: ReadonlyMap<string, CelType> = new Map<string, CelType>([
  ['i', 'int'],
  ['n', 'int'],
  ['d', 'double'],
  ['s', 'string'],
  ['t', 'string'],
  ['b', 'bool'],
  ['j', 'any'],
  ['k', 'any'],
  ['m', 'any'],
  ['q', 'any'],
])

// small, so that products stay where our integers and CEL's are the same
export const int = fc.integer({ min: -9, max: 9 })
const double = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constantFrom(0.5, -1.5, 2.25, 1e3, -0))
export const text = fc.oneof(
  fc.constantFrom('', 'a', 'ab', 'ä', '😀', '12', '-3', '1.5', 'x', 'true'),
  fc.string({ maxLength: 4, unit: fc.constantFrom('a', 'b', '1', '😀') }),
)
const scalar = fc.oneof(double, text, fc.boolean(), fc.constant(null))
const map = fc.dictionary(fc.constantFrom('a', 'b', 'constructor'), fc.oneof(double, text), {
  maxKeys: 3,
  noNullPrototype: true,
})
const json = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 3 }),
  map,
  fc.dictionary(fc.constantFrom('a', 'b'), fc.array(scalar, { maxLength: 2 }), { maxKeys: 2 }),
)

const notText = fc.oneof(double, fc.array(scalar, { maxLength: 2 }))

export const values: fc.Arbitrary<Bindings> = fc
  .record({
    i: int,
    n: int,
    d: double,
    s: text,
    t: text,
    b: fc.boolean(),
    j: json,
    k: json,
    m: map,
    q: notText,
  })
  .map((record) => new Map<string, Value>(Object.entries(record)))
