// The policy as people write it, as types. The tables in `schema/` are checked against them by the compiler.

/**
 * The names that a document declares come as type parameters, so that `definePolicy` refuses a rule that names
 * what is not there.
 */
export interface PolicyDocument<
  Action extends string = string,
  OptOut extends string = string,
  Model extends string = string,
  Acr extends string = string,
> {
  /** The version of the language. */
  readonly countersign: 1
  readonly name: string
  /** @default the levels aal1, aal2 and aal3 */
  readonly assurance?: AssuranceDocument<Acr>
  /** `any`: every action name is accepted; none has attributes. */
  readonly actions: 'any' | Readonly<Record<Action, ActionDocument>>
  /** Signals that come from outside: absent until heard. */
  readonly external?: readonly string[]
  /** How fast signals fade that were heard, by code: `6h`. @default not at all, until they end */
  readonly halfLives?: Readonly<Record<string, string>>
  /** Which action a request is, where the app names none itself. */
  readonly routes?: readonly RouteDocument<NoInfer<Action>>[]
  /** @default one built-in model, where there are no segments either */
  readonly threatModels?: Readonly<Record<Model, ThreatModelDocument>>
  /** All that match or may match count; the highest level wins. @default everyone, by the only threat model */
  readonly segments?: Readonly<Record<string, SegmentDocument<NoInfer<Model>>>>
  readonly optOuts?: Readonly<Record<OptOut, OptOutDocument>>
  /** What opt-outs are exposed to: `countersign suspend threat:<name>` suspends all that one names. */
  readonly threats?: Readonly<Record<string, ThreatDocument<NoInfer<OptOut>>>>
  /** While it is in force, what may loosen has to be proposed by one person and approved by another. */
  readonly approval?: 'second-person'
  readonly rules: readonly RuleDocument<NoInfer<Action>, NoInfer<OptOut>, NoInfer<Acr>>[]
}

export interface AssuranceDocument<Acr extends string = string> {
  /** Weakest first. */
  readonly levels: readonly LevelDocument<Acr>[]
}

export interface LevelDocument<Acr extends string = string> {
  readonly acr: Acr
  /** Sets of methods (RFC 8176); all of any one set earn the level. */
  readonly amr?: readonly (readonly string[])[]
}

export interface ActionDocument {
  /** No opt-out may be listed for it. */
  readonly sensitive?: boolean
  /** It need not be covered by a rule that always applies. */
  readonly open?: boolean
  readonly resource?: Readonly<Record<string, AttributeDocument>>
}

export type AttributeDocument = StringAttribute | NumericAttribute | BooleanAttribute

export interface StringAttribute {
  readonly type: 'string'
  readonly minLength?: number
  readonly maxLength?: number
  readonly enum?: readonly string[]
  /** Kept out of records. */
  readonly masked?: boolean
}

export interface NumericAttribute {
  readonly type: 'integer' | 'number'
  readonly minimum?: number
  readonly maximum?: number
  readonly enum?: readonly number[]
  readonly masked?: boolean
}

export interface BooleanAttribute {
  readonly type: 'boolean'
  readonly masked?: boolean
}

export interface RouteDocument<Action extends string = string> {
  /** @default every method */
  readonly method?: readonly string[]
  /** `*` is one segment, a final `**` any number of them. */
  readonly path: string
  readonly action: Action
}

export interface ThreatModelDocument {
  readonly bias: number
  readonly signals: Readonly<Record<string, number>>
  readonly levels: { readonly MEDIUM: number; readonly HIGH: number }
}

export interface SegmentDocument<Model extends string = string> {
  readonly threatModel: Model
  readonly when?: string
}

export interface ThreatDocument<OptOut extends string = string> {
  readonly about: string
  readonly optOuts: readonly OptOut[]
  /** What keeps it small, or shows that it happens. */
  readonly controls?: readonly string[]
  /** What the controls leave of it is accepted. @default false */
  readonly accepted?: boolean
}

export type OptOutDocument =
  | TrustedDeviceDocument
  | AllowanceDocument
  | LowRiskDocument
  | NetworkDocument
  | WaiverDocument
  | TrustedTargetDocument
  | EnrollmentGraceDocument

interface OptOutBase {
  /** The risk has to lie below this level. */
  readonly riskBelow: 'MEDIUM' | 'HIGH'
}

export interface TrustedDeviceDocument extends OptOutBase {
  readonly kind: 'trusted-device'
  readonly overall: string
  readonly idle: string
  readonly when?: string
  readonly until?: string
}

export interface AllowanceDocument extends OptOutBase {
  readonly kind: 'allowance'
  readonly of: string
  readonly each: number
  readonly total: number
  readonly count: number
  readonly when?: string
  readonly until?: string
}

export interface LowRiskDocument extends OptOutBase {
  readonly kind: 'low-risk'
  readonly until: string
  readonly when?: string
}

export interface NetworkDocument extends OptOutBase {
  readonly kind: 'network'
  readonly networks: readonly string[]
  readonly until: string
  readonly when?: string
}

export interface WaiverDocument extends OptOutBase {
  readonly kind: 'waiver'
  readonly when: string
  readonly networks: readonly string[]
  readonly until: string
  readonly owner: string
  readonly approvedBy: string
  readonly ticket: string
  readonly reason: string
}

export interface TrustedTargetDocument extends OptOutBase {
  readonly kind: 'trusted-target'
  readonly of: string
  readonly overall: string
  readonly when?: string
  readonly until?: string
}

export interface EnrollmentGraceDocument extends OptOutBase {
  readonly kind: 'enrollment-grace'
  readonly claim: string
  readonly until: string
  readonly when?: string
}

export interface RuleDocument<
  Action extends string = string,
  OptOut extends string = string,
  Acr extends string = string,
> {
  readonly id: string
  /** Names; a final `*` stands for any rest, dots included. */
  readonly actions: readonly (Action | `${string}*`)[]
  readonly when?: string
  /** Exactly one of `require` and `deny`. */
  readonly require?: RequirementDocument<Acr>
  readonly deny?: true
  readonly optOuts?: readonly OptOut[]
}

export interface RequirementDocument<Acr extends string = string> {
  readonly acr?: Acr
  readonly amr?: readonly string[]
  readonly maxAge?: string
  /** Proved for this very action, and good for one request. */
  readonly once?: true
  /** Attributes whose values are shown and confirmed with the proof. */
  readonly bind?: readonly string[]
}
