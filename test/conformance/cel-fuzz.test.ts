// Generated expressions over generated values: what we answer is what @bufbuild/cel answers, and it has an error where
// we say unknown.
import { type CelInput, isCelError, isCelList, isCelMap, run } from '@bufbuild/cel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { UNKNOWN } from '../../packages/core/src/policy/value.ts'
import { expressions } from './cel-expressions.ts'
import { values, variables } from './cel-values.ts'
import { type Bindings, runGeneral } from './general-expression.ts'

describe('conditions agree with @bufbuild/cel', () => {
  for (const type of ['bool', 'int', 'double', 'string', 'any'] as const) {
    test(`on expressions of type ${type}`, () => {
      fc.assert(
        fc.property(expressions[type], values, (source, bindings: Bindings) => {
          const ours = runGeneral(source, variables, bindings)
          if (ours.is === 'refused') throw new Error(`${source} is refused: ${ours.reason}`)
          expect({ source, value: ours.value }).toEqual({ source, value: oracle(source, bindings) })
        }),
        { numRuns: 2_000 },
      )
    })
  }
})

function oracle(source: string, bindings: Bindings): unknown {
  const inputs: Record<string, CelInput> = {}
  for (const [name, value] of bindings) {
    inputs[name] = variables.get(name) === 'int' ? BigInt(value as number) : toInput(value)
  }
  return toPlain(run(source, inputs))
}

/** As maps: the library looks at the constructor of objects, and a key may be called that. */
function toInput(value: unknown): CelInput {
  if (Array.isArray(value)) return value.map(toInput)
  if (typeof value !== 'object' || value === null) return value as CelInput
  return new Map(Object.entries(value).map(([key, of]) => [key, toInput(of)]))
}

/** Integers and doubles become the same, which the static type tells apart. */
function toPlain(value: unknown): unknown {
  if (isCelError(value)) return UNKNOWN
  if (typeof value === 'bigint') return Number(value)
  if (isCelList(value)) return [...value].map(toPlain)
  if (isCelMap(value)) {
    return Object.fromEntries([...value.entries()].map(([key, of]) => [key, toPlain(of)]))
  }
  return value
}
