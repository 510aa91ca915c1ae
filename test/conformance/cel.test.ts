// The conformance data of the CEL specification: what the policy language admits gives the specified value; the rest
// is listed by name in cel-refused.json, with the sentence by which it is refused.
import { readFileSync } from 'node:fs'
import {
  getConformanceSuite,
  type IncrementalTest,
  type IncrementalTestSuite,
} from '@bufbuild/cel-spec/testdata/tests.js'
import { describe, expect, test } from 'vitest'
import { UNKNOWN, type Value } from '../../packages/core/src/policy/value.ts'
import type { CelType } from '../../packages/policy/src/cel/cel-type.ts'
import { type Outcome, runGeneral } from './general-expression.ts'
import { settled, toExpected, toJson, toType, withType } from './spec-values.ts'

const refusedFile = new URL('./cel-refused.json', import.meta.url)

interface Case {
  readonly name: string
  readonly original: IncrementalTest['original']
  readonly outcome: Outcome
}

const cases = [...casesOf(getConformanceSuite(), [])]
const admitted = cases.filter(({ outcome }) => outcome.is === 'value')

describe('the conformance data of the CEL specification', () => {
  test.each(admitted)('$name', ({ original, outcome }) => {
    if (outcome.is !== 'value') throw new Error('refused')
    const { resultMatcher } = original
    switch (resultMatcher.case) {
      case undefined:
        expect(outcome.value).toBe(true)
        return
      case 'value':
        expect(withType(outcome.value, outcome.type)).toEqual(toExpected(resultMatcher.value))
        return
      case 'typedResult':
        expect(settled(outcome.type)).toEqual(toType(resultMatcher.value.deducedType))
        if (resultMatcher.value.result) {
          const expected = toExpected(resultMatcher.value.result)
          expect(withType(outcome.value, outcome.type)).toEqual(expected)
        }
        return
      case 'evalError':
        expect(outcome.value).toBe(UNKNOWN)
        return
      default:
        throw new Error(`No way to judge ${resultMatcher.case}`)
    }
  })

  test('every other test is refused for the reason that is listed', () => {
    const refused: Record<string, string[]> = {}
    for (const { name, outcome } of cases) {
      if (outcome.is === 'value') continue
      refused[outcome.reason] = [...(refused[outcome.reason] ?? []), name]
    }
    expect(refused).toEqual(JSON.parse(readFileSync(refusedFile, 'utf8')))
  })

  test('none has gone missing', () => {
    expect({ all: cases.length, admitted: admitted.length }).toEqual({ all: 2344, admitted: 477 })
  })
})

function* casesOf(suite: IncrementalTestSuite, path: readonly string[]): Generator<Case> {
  for (const { name, original } of suite.tests) {
    yield { name: [...path, name].join('/'), original, outcome: runCase(original) }
  }
  for (const inner of suite.suites) yield* casesOf(inner, [...path, inner.name])
}

function runCase(original: IncrementalTest['original']): Outcome {
  // a policy has no namespaces; what needs one would otherwise find a variable of another meaning
  if (original.container !== '' && original.typeEnv.length > 0) {
    return { is: 'refused', reason: 'There are no namespaces.' }
  }
  const variables = new Map<string, CelType>()
  for (const { name, declKind } of original.typeEnv) {
    const type = declKind.case === 'ident' ? toType(declKind.value.type) : undefined
    if (type !== undefined) variables.set(name, type)
  }
  const bindings = new Map<string, Value>()
  for (const [name, { kind }] of Object.entries(original.bindings)) {
    const value = kind.case === 'value' ? toJson(kind.value) : undefined
    if (value === undefined) variables.delete(name)
    else bindings.set(name, value)
  }
  return runGeneral(original.expr, variables, bindings)
}
