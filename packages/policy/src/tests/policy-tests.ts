// Tests of a policy, as data: what a file holds, and what came of it.
import type { Json, Outcome, Reason } from '@countersign/core'
import type { Situation } from '../facts/read-situation.ts'
import type { Path, PolicyProblem } from '../problems/policy-problem.ts'
import type { Locate } from '../problems/problem-collector.ts'
import type { Branch } from './coverage.ts'

export interface PolicyTests {
  /** The policy that they are for, as it is named in them. */
  readonly policy?: string
  readonly cases: readonly WrittenCase[]
  /** Decisions whose recorded facts they take, by id. */
  readonly decisions: readonly string[]
  readonly locate: Locate
}

export interface WrittenCase {
  readonly name: string
  readonly path: Path
  /** What its facts are made of: each is laid over those before it. */
  readonly layers: readonly FactsLayer[]
  readonly expect: Expected
}

export interface FactsLayer {
  readonly path: Path
  readonly value: Readonly<Record<string, Json>>
  /** The recorded facts of this decision lie beneath. */
  readonly decision?: string
}

export interface Expected {
  readonly outcome: Outcome
  /** All of them. */
  readonly optOuts?: readonly string[]
  /** All of them. */
  readonly reasons?: readonly ExpectedReason[]
}

export interface ExpectedReason {
  readonly code: string
  readonly rule?: string
  readonly optOut?: string
}

export interface TestResult {
  readonly name: string
  readonly line: number
  readonly column: number
  readonly passed: boolean
  readonly expected: Expected
  readonly got: {
    readonly outcome: Outcome
    readonly optOuts: readonly string[]
    readonly reasons: readonly Reason[]
  }
  /** Why the policy decides so, in a sentence or two. */
  readonly why: string
  readonly situation: Situation
}

export interface TestReport {
  /** Mistakes in the tests themselves: a case with one was not run. */
  readonly problems: readonly PolicyProblem[]
  readonly results: readonly TestResult[]
  readonly coverage: readonly Branch[]
}
