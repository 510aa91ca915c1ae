// The names and attributes of actions in TypeScript: `countersign types` fills them in from a policy.

/**
 * Empty: any name and any attributes. `countersign types policy.yaml` writes a declaration that merges into it, and a
 * misspelt action no longer compiles.
 */
// biome-ignore lint/suspicious/noEmptyInterface: users' declarations merge into it
export interface ActionTypes {}

type Registered<R> = keyof R extends never ? Record<string, Record<string, unknown>> : R

/** The declared actions with their attributes. */
export type Actions = Registered<ActionTypes>
export type ActionName = keyof Actions & string
/** What `resource` may answer: forms send strings, so each attribute is taken as it comes and typed by the policy. */
export type ResourceOf<A extends ActionName> = {
  readonly [K in keyof Actions[A]]?: unknown
} & Readonly<Record<string, unknown>>
