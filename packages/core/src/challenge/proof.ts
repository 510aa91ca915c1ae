// What an app says about a completed challenge, checked: which factors were proved, and when.
import { CLOCK_LEEWAY_MS } from '../policy/check-requirement.ts'
import type { ProvenFactor } from './evidence.ts'

export interface Proof {
  /** The factors that the app has just verified; at least one. */
  readonly factors: readonly {
    /** An RFC 8176 method, such as `otp`, `hwk`, `pwd`. */
    readonly method: string
    /** Milliseconds since the epoch, or a Date. @default now */
    readonly at?: Date | number | undefined
    /** A recovery code or the like: counts as its method, never gives device trust. */
    readonly recovery?: boolean | undefined
  }[]
  /** Trust this browser from now on, as far as the policy has an opt-out for it. @default false */
  readonly rememberDevice?: boolean | undefined
  /** The id of the session that takes the current one's place; evidence and trust are bound to it. */
  readonly newSession?: string | undefined
  /** Where to go afterwards; a page of this origin. @default the ticket's, or `/` */
  readonly returnTo?: string | undefined
}

/** What a person knows proves no second factor: the first one is of this kind (RFC 8176). */
const KNOWLEDGE: ReadonlySet<string> = new Set(['pwd', 'pin', 'kba'])
const MOST_FACTORS = 8

export interface CheckedProof {
  readonly factors: readonly ProvenFactor[]
  /** At least one factor is a real second one: neither knowledge nor recovery. */
  readonly secondFactor: boolean
}

/** @throws TypeError: it is the app's own mistake, and nothing is given then */
export function checkProof(proof: Proof, at: number): CheckedProof {
  if (
    !Array.isArray(proof.factors) ||
    proof.factors.length === 0 ||
    proof.factors.length > MOST_FACTORS
  )
    throw new TypeError(
      `complete: factors must be a list of 1 to ${MOST_FACTORS}, such as [{ method: 'otp' }]`,
    )
  const factors = proof.factors.map(({ method, at: moment }) => {
    if (typeof method !== 'string' || !/^[a-z][a-z0-9_-]{0,31}$/.test(method))
      throw new TypeError(`complete: a factor's method must be one of RFC 8176, such as 'otp'`)
    const time = moment === undefined ? at : moment instanceof Date ? moment.getTime() : moment
    if (typeof time !== 'number' || !(time > 0) || time > at + CLOCK_LEEWAY_MS)
      throw new TypeError(
        `complete: the time of factor '${method}' must be a moment that is not in the future`,
      )
    // a clock that runs ahead makes nothing younger
    return { method, at: Math.min(time, at) }
  })
  const secondFactor = proof.factors.some(
    ({ method, recovery }) => recovery !== true && !KNOWLEDGE.has(method),
  )
  return { factors, secondFactor }
}
