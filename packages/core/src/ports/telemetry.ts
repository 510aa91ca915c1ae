// Who measures guards: told of decisions as they begin and end, and may ask how the guard is. Nothing hangs on it.
import type { Decision } from '../decide/decision.ts'
import type { Health } from '../operate/health.ts'

/** How often something that is kept was asked for, since the start. */
export interface Lookups {
  readonly hits: number
  readonly misses: number
}

export interface GuardStatus {
  readonly health: Health
  /** `tokens`: those of `jwtIdentity` that were verified before; `answers`: of detectors that have to be waited for. */
  readonly caches: Readonly<Partial<Record<'tokens' | 'answers', Lookups>>>
}

/** What it throws is logged, and changes no decision. */
export interface Telemetry {
  /**
   * A decision begins. What it returns is called when it is made, with `undefined` where it is left to another guard of the
   * same request.
   */
  decisionBegins(action: string): (decision: Decision | undefined) => void
  /** The guard is open: `read` tells how it is. Returns how to end it. */
  watch(read: () => GuardStatus): () => void
}
