// How each rule of one action stands: for explanations. Nothing is decided by it.
import { checkProof } from '../policy/check-permit.ts'
import type { CompiledPolicy, Requirement } from '../policy/compiled-policy.ts'
import type { Fact, Factor, Facts, Permit, Truth } from '../policy/facts.ts'
import { coversAction, preparePolicy } from '../policy/prepare-policy.ts'
import type { ReasonCode } from '../policy/reason-code.ts'

export interface ExplainedRule {
  readonly id: string
  /** Whether its condition holds; unknown counts as true. `true` where it has none. */
  readonly applies: Truth
  /** The condition as it was written. */
  readonly when?: string
  /** Absent: it denies. */
  readonly require?: Requirement
  /** `requirement_met`, or why not, whether or not the rule applies. Absent where it denies. */
  readonly proof?: ReasonCode
  readonly optOuts: readonly string[]
}

export interface WhatWasProved {
  readonly action: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly factors: readonly Factor[]
  /** For rules with `once` or `bind`. @default none */
  readonly permits?: readonly Permit[]
  /** @default nothing is known of it */
  readonly resource?: Facts['resource']
}

const NOT_ASKED: Fact<string> = { is: 'unknown', why: 'fact_not_checked' }

/**
 * Every rule that names the action, in the order of the document; none where the policy does not declare it.
 *
 * @param conditions the results of a verdict, by rule; one that is missing is unknown
 */
export function explainRules(
  compiled: CompiledPolicy,
  { action, at, factors, permits = [], resource = {} }: WhatWasProved,
  conditions: Readonly<Record<string, Truth>>,
): ExplainedRule[] {
  const { levels, planFor } = preparePolicy(compiled)
  if (planFor(action) === undefined) return []
  const session = { id: NOT_ASKED, factors, permits }
  const asked = { action, at, resource, session }
  return compiled.rules
    .filter(({ actions }) => actions.some((pattern) => coversAction(pattern, action)))
    .map(({ id, when, require, deny, optOuts }) => {
      const worked = Object.hasOwn(conditions, id) ? conditions[id] : undefined
      const applies = when === undefined ? 'true' : (worked ?? 'unknown')
      const condition = when === undefined ? {} : { when: when.source }
      if (deny === true || require === undefined) return { id, applies, ...condition, optOuts }
      const proof = checkProof(levels, require, asked)
      return { id, applies, ...condition, require, proof, optOuts }
    })
}
