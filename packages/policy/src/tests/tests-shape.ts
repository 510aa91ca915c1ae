// The shape of a file of policy tests. Facts are looked at when they are read.

import {
  type AnythingShape,
  type ChoiceShape,
  fields,
  listOf,
  mapOf,
  optional,
  required,
  type Shape,
} from '../schema/shape.ts'
import { actionName, freeText, nameText } from '../schema/text-shapes.ts'

export interface TestsDocument {
  readonly policy?: string
  readonly facts?: Readonly<Record<string, unknown>>
  readonly cases: readonly CaseDocument[]
}

export interface CaseDocument {
  readonly name: string
  readonly facts: unknown
  readonly expect: 'pass' | 'opt-out' | 'challenge' | 'deny'
  readonly optOuts?: readonly string[]
  readonly reasons?: readonly unknown[]
}

const anything = (about: string): AnythingShape => ({ is: 'anything', about })

const outcome: ChoiceShape = {
  is: 'choice',
  about: 'What the policy decides.',
  of: ['pass', 'opt-out', 'challenge', 'deny'],
}

const testCase: Shape = fields<CaseDocument>('One case.', {
  name: required(freeText('What it shows, as a sentence.')),
  facts: required(
    anything(
      'The name of facts, or facts; { like: name, … } changes some of those, { decision: id, … } of a record.',
    ),
  ),
  expect: required(outcome),
  optOuts: optional(
    listOf('All opt-outs that the outcome stands on.', nameText('An opt-out.'), { minItems: 0 }),
  ),
  reasons: optional(
    listOf('All reasons: a code, or { code, rule, optOut }.', anything('A reason.'), {
      unique: false,
    }),
  ),
})

export const testsShape: Shape = fields<TestsDocument>('Tests of a policy.', {
  policy: optional(freeText('The file of the policy, from here; else that of the same name.')),
  facts: optional(mapOf('Facts by name.', nameText('A name for facts.'), anything('Facts.'))),
  cases: required(listOf('The cases.', testCase, { unique: false, maxItems: 10_000 })),
})

export const reasonShape: Shape = fields<{ code: string; rule: string; optOut: string }>(
  'A reason.',
  {
    code: required(actionName),
    rule: optional(nameText('The rule that it is about.')),
    optOut: optional(nameText('The opt-out that it is about.')),
  },
)
