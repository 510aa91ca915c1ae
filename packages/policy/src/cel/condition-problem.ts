// One mistake in a condition, told so that its author can mend it.

export interface ConditionProblem {
  /** What is wrong, as a sentence. */
  readonly message: string
  /** The piece of the condition that it is about. */
  readonly found: string
  /** What to write instead. */
  readonly fix: string
  /** Where `found` begins: UTF-16 units from the beginning of the condition. */
  readonly offset: number
}
