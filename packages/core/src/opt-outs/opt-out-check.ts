// The port of opt-out kinds: one function per kind, made ready once per policy, asked once per request.
import type { Facts, Truth } from '../policy/facts.ts'
import type { ReasonCode } from '../policy/reason-code.ts'

export interface OptOutAnswer {
  readonly holds: Truth
  readonly why: ReasonCode
}

/** The answer of one opt-out for one rule that lists it. */
export interface OptOutCheck extends OptOutAnswer {
  readonly rule: string
  readonly optOut: string
}

/** What a kind decides by itself; end, risk ceiling, condition and switches are checked for all kinds alike. */
export type KindCheck = (facts: Facts) => OptOutAnswer

export const HOLDS: OptOutAnswer = Object.freeze({ holds: 'true', why: 'opt_out_holds' })

export function fails(why: ReasonCode): OptOutAnswer {
  return { holds: 'false', why }
}

export function undecided(why: ReasonCode): OptOutAnswer {
  return { holds: 'unknown', why }
}
