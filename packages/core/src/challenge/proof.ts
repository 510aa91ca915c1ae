// What an app says about a completed challenge, checked: which factors were proved, and when.
import type { ProvenFactor } from '../evidence/evidence.ts'
import { CLOCK_LEEWAY_MS } from '../policy/check-requirement.ts'

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
  /**
   * Trust this browser from now on, as far as the policy has an opt-out for it. It takes a factor that a person has or
   * is, by its name in RFC 8176 (such as `otp` or `hwk`); a name that is not there counts for rules alone. @default false
   */
  readonly rememberDevice?: boolean | undefined
  /** The id of the session that takes the current one's place; evidence and trust are bound to it. */
  readonly newSession?: string | undefined
  /** Where to go afterwards; a page of this origin. @default the ticket's, or `/` */
  readonly returnTo?: string | undefined
}

/** RFC 8176: what a person has or is. Knowledge, places and risk are no second factor, nor is a name that nobody defined. */
const SECOND_FACTORS: ReadonlySet<string> = new Set(
  'otp sms tel hwk swk sc pop fpt face iris retina vbm mfa mca'.split(' '),
)
const MOST_FACTORS = 8
const LONGEST_SESSION = 255

/** The app's own mistake: nothing is given, and it is told where the call was made. */
export class ProofError extends TypeError {
  override readonly name = 'ProofError'
}

export interface CheckedProof {
  readonly factors: readonly ProvenFactor[]
  /** At least one factor is a real second one, and no recovery. */
  readonly secondFactor: boolean
}

/** @throws ProofError */
export function checkProof(proof: Proof, at: number): CheckedProof {
  if (
    !Array.isArray(proof.factors) ||
    proof.factors.length === 0 ||
    proof.factors.length > MOST_FACTORS
  )
    throw new ProofError(
      `complete: factors must be a list of 1 to ${MOST_FACTORS}, such as [{ method: 'otp' }]`,
    )
  const factors = proof.factors.map(({ method, at: moment }) => {
    if (typeof method !== 'string' || !/^[a-z][a-z0-9_-]{0,31}$/.test(method))
      throw new ProofError(`complete: a factor's method must be one of RFC 8176, such as 'otp'`)
    const time = moment === undefined ? at : moment instanceof Date ? moment.getTime() : moment
    if (typeof time !== 'number' || !(time > 0) || time > at + CLOCK_LEEWAY_MS)
      throw new ProofError(
        `complete: the time of factor '${method}' must be a moment that is not in the future`,
      )
    // a clock that runs ahead makes nothing younger
    return { method, at: Math.min(time, at) }
  })
  const { newSession } = proof
  if (
    newSession !== undefined &&
    (typeof newSession !== 'string' || newSession === '' || newSession.length > LONGEST_SESSION)
  )
    throw new ProofError(
      `complete: newSession must be the id of the new session, of at most ${LONGEST_SESSION} characters`,
    )
  const secondFactor = proof.factors.some(
    ({ method, recovery }) => recovery !== true && SECOND_FACTORS.has(method),
  )
  return { factors, secondFactor }
}
