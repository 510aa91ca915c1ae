// The policy as plain JSON: what packages/policy writes, the feed carries and core runs.
import type { Json } from '../ports/json.ts'
import type { Condition } from './condition.ts'
import type { Level } from './risk.ts'

/** Raised when the meaning of a compiled policy changes; recorded with each decision (law 9). */
export const EVALUATOR_VERSION = 1

export interface CompiledPolicy {
  readonly countersign: 1
  readonly evaluator: typeof EVALUATOR_VERSION
  readonly name: string
  /** SHA-256, hex, of the document's canonical JSON (keys sorted, no white space). */
  readonly revision: string
  /** Weakest first, at least one. */
  readonly levels: readonly AssuranceLevel[]
  /** `'any'`: every action name is accepted, none has attributes (the built-in default policy). */
  readonly actions: 'any' | Readonly<Record<string, ActionDeclaration>>
  /** Signals that come from outside: absent until heard. */
  readonly external: readonly string[]
  /** In milliseconds: how fast the share of a signal that was heard fades. Absent: not at all, until its end. */
  readonly halfLives?: Readonly<Record<string, number>>
  readonly routes: readonly Route[]
  readonly threatModels: Readonly<Record<string, ThreatModel>>
  readonly segments: Readonly<Record<string, Segment>>
  readonly optOuts: Readonly<Record<string, OptOut>>
  /** Absent: none are written down. */
  readonly threats?: Readonly<Record<string, Threat>>
  readonly rules: readonly Rule[]
  /** What may loosen takes a second person. */
  readonly approval?: 'second-person'
  /** The document it was compiled from, so that it can be shown, compared and exported. */
  readonly document: Json
}

export interface AssuranceLevel {
  readonly acr: string
  /** Sets of methods; having all of any one set earns the level. */
  readonly amr: readonly (readonly string[])[]
}

export interface ActionDeclaration {
  /** May list no opt-out. */
  readonly sensitive: boolean
  /** Need not be covered by an unconditional, non-deny rule. */
  readonly open: boolean
  readonly resource: Readonly<Record<string, AttributeDeclaration>>
}

/** In JSON Schema's words. A value that violates it is unknown. Limits are inclusive. */
export type AttributeDeclaration = { readonly masked?: boolean } & (
  | {
      readonly type: 'string'
      readonly minLength?: number
      readonly maxLength?: number
      readonly enum?: readonly string[]
    }
  | {
      readonly type: 'integer' | 'number'
      readonly minimum?: number
      readonly maximum?: number
      readonly enum?: readonly number[]
    }
  | { readonly type: 'boolean' }
)

export interface Route {
  /** Upper case; GET includes HEAD. Empty: every method. */
  readonly methods: readonly string[]
  /** Canonical, lower case, without a trailing slash; `*` is one segment, a final `**` any number of them, none too. */
  readonly path: string
  readonly action: string
}

export interface ThreatModel {
  readonly bias: number
  /** Never negative. `cold-start` is added once where any signal is unjudged. */
  readonly signals: Readonly<Record<string, number>>
  /** Scores from which on a level holds (inclusive). */
  readonly levels: { readonly MEDIUM: number; readonly HIGH: number }
}

export interface Segment {
  readonly threatModel: string
  /** Absent: every subject. May not read the risk. */
  readonly when?: Condition
}

/** A way in which opt-outs could be abused: a switch suspends all that are exposed to it. */
export interface Threat {
  readonly about: string
  readonly optOuts: readonly string[]
  readonly controls: readonly string[]
  readonly accepted: boolean
}

export interface Requirement {
  /** One of the policy's levels. */
  readonly acr?: string
  /** All of these methods. */
  readonly amr?: readonly string[]
  readonly maxAgeSeconds?: number
  /** Proved for this very action, in a challenge that was begun for it; good for one request. */
  readonly once?: boolean
  /** Proved for this very action with these values of its attributes, which the challenge showed. */
  readonly bind?: readonly string[]
}

export interface Rule {
  readonly id: string
  /** Names; a final `*` stands for any rest, dots included. */
  readonly actions: readonly string[]
  readonly when?: Condition
  /** Exactly one of `require` and `deny`. */
  readonly require?: Requirement
  readonly deny?: true
  readonly optOuts: readonly string[]
}

interface OptOutBase {
  /** The risk ceiling: the upper end of the risk has to lie below it. */
  readonly riskBelow: Level
  readonly when?: Condition
  /** The first millisecond at which it no longer holds. */
  readonly until?: number
}

export type OptOut = OptOutBase &
  /** A browser that the subject chose to trust after a completed challenge. */
  (
    | { readonly kind: 'trusted-device'; readonly overallMs: number; readonly idleMs: number }
    /** Small amounts, counted per opt-out, rule and subject since the last step-up that met the waived rule. */
    | {
        readonly kind: 'allowance'
        /** The name of a numeric attribute, which every action of its rules declares and which is never negative. */
        readonly of: string
        readonly each: number
        readonly total: number
        readonly count: number
      }
    /** Nothing but the risk ceiling and `when`. */
    | { readonly kind: 'low-risk'; readonly until: number }
    /** A client address in one of the networks (CIDR, canonical). */
    | { readonly kind: 'network'; readonly networks: readonly string[]; readonly until: number }
    /** A signed exception for subjects without a human. */
    | {
        readonly kind: 'waiver'
        readonly when: Condition
        readonly networks: readonly string[]
        readonly until: number
        readonly owner: string
        readonly approvedBy: string
        readonly ticket: string
        readonly reason: string
      }
    /** On the subject's own list, where only a fresh step-up that met the waived rules puts anything. */
    | {
        readonly kind: 'trusted-target'
        /** The name of an attribute, text or integer, which every action of its rules declares. */
        readonly of: string
        readonly overallMs: number
      }
    /** Subjects whose verified claim says that they never enrolled. `until` is one deadline for all, never renewed. */
    | { readonly kind: 'enrollment-grace'; readonly claim: string; readonly until: number }
  )
