// What a device cookie holds, sealed. The store holds the other half; neither can be made from the other.
import type { DeviceLimits } from '../policy/facts.ts'
import type { Json } from '../ports/json.ts'
import type { Position } from '../ports/position.ts'

export interface DeviceCookie {
  readonly device: string
  readonly subject: string
  /** The binding of the session in which it was used last. */
  readonly session: string
  /** Rises with each new session; an older one is a copy. */
  readonly generation: number
  /** The activation under which the trust was given; kept through every rotation (law 7). */
  readonly activation: Position
  /** How far the feed was folded when the trust was given: a credential event after it ends the trust. */
  readonly position: Position
  readonly grantedAt: number
  readonly usedAt: number
  readonly limits: Readonly<Record<string, DeviceLimits>>
}

/** Sealed by ourselves, so its shape is ours; a cookie of an earlier version that lacks something is no cookie. */
export function parseDeviceCookie(payload: Json | undefined): DeviceCookie | undefined {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return undefined
  const cookie = payload as { readonly [key in keyof DeviceCookie]?: Json }
  const whole =
    typeof cookie.device === 'string' &&
    typeof cookie.subject === 'string' &&
    typeof cookie.session === 'string' &&
    typeof cookie.generation === 'number' &&
    typeof cookie.activation === 'string' &&
    typeof cookie.position === 'string' &&
    typeof cookie.grantedAt === 'number' &&
    typeof cookie.usedAt === 'number' &&
    typeof cookie.limits === 'object' &&
    cookie.limits !== null
  return whole ? (cookie as unknown as DeviceCookie) : undefined
}
