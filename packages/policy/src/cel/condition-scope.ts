// What the conditions of one rule, opt-out or segment may read.

/** `any` where the actions that a rule is for declare the attribute with different types. */
export type AttributeType = 'string' | 'integer' | 'number' | 'boolean' | 'any'

export interface ConditionScope {
  /** The attributes of all the actions that it may be worked out for. */
  readonly attributes: Readonly<Record<string, AttributeType>>
  /** Every code that the policy or a detector knows. */
  readonly signals: readonly string[]
  /** False for segments: the risk is worked out from them. */
  readonly risk: boolean
}
