// What clients of the shop learn about a decision, and about the shop's health.

/** As a guard's decision has it. */
export interface MadeDecision {
  readonly id: string
  readonly outcome: string
  readonly revision: string
  readonly optOuts?: readonly string[]
}

export type ClientDecision =
  | { readonly id: string }
  | {
      readonly outcome: string
      readonly optOut?: string
      readonly revision: string
      readonly id: string
    }

/** The id alone, so that support can find the record; all of it in the demo. */
export function toClientDecision(decision: MadeDecision, demo: boolean): ClientDecision {
  const { id, outcome, revision, optOuts = [] } = decision
  if (!demo) return { id }
  const optOut = [...new Set(optOuts)].join(', ')
  return { outcome, ...(optOut === '' ? {} : { optOut }), revision, id }
}
