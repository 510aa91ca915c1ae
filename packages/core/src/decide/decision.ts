// The outcome of one request, with its reasons: what the app sees and the audit log keeps.
import type { OptOutCheck } from '../opt-outs/opt-out-check.ts'
import type { Requirement } from '../policy/compiled-policy.ts'
import type { ReasonCode } from '../policy/reason-code.ts'
import type { Risk } from '../policy/risk.ts'

export type Outcome = 'pass' | 'opt-out' | 'challenge' | 'deny'

export interface Reason {
  readonly code: ReasonCode
  readonly rule?: string
  readonly optOut?: string
  /** A sentence for a person. Never a secret, never what a client sent. */
  readonly text: string
}

interface Decided {
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly action: string
  /** `none` where no policy is in force. */
  readonly revision: string
  readonly risk?: Risk
  /** Never empty, strictest first. */
  readonly reasons: readonly Reason[]
  readonly checks: readonly OptOutCheck[]
  /** What the outcome would be if no opt-out were honoured. */
  readonly withoutOptOuts: Outcome
}

export type Proceed = Decided & { readonly proceed: true; readonly subject: string } & (
    | { readonly outcome: 'pass' }
    | { readonly outcome: 'opt-out'; readonly optOuts: readonly string[] }
  )

export type Refuse = Decided & { readonly proceed: false } & (
    | { readonly outcome: 'challenge'; readonly need: 'sign-in' }
    | {
        readonly outcome: 'challenge'
        readonly need: 'step-up'
        /** The strictest merge of all unmet rules that no opt-out answers. */
        readonly requirement: Requirement
        /** Bears the ticket; absent where the guard has no `challengePath`. */
        readonly challengeUrl?: string
      }
    | {
        readonly outcome: 'deny'
        readonly because: 'policy' | 'too_little' | 'undetermined' | 'failure'
      }
  )

export type Decision = Proceed | Refuse
