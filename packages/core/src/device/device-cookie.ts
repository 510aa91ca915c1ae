// What a device cookie holds, sealed. The store holds the other half; neither can be made from the other.
import type { DeviceLimits } from '../policy/facts.ts'
import type { Json } from '../ports/json.ts'
import type { Position } from '../ports/position.ts'
import { ifShaped } from '../seal/if-shaped.ts'

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

export function parseDeviceCookie(payload: Json | undefined): DeviceCookie | undefined {
  return ifShaped<DeviceCookie>(payload, {
    device: 'string',
    subject: 'string',
    session: 'string',
    generation: 'number',
    activation: 'string',
    position: 'string',
    grantedAt: 'number',
    usedAt: 'number',
    limits: 'object',
  })
}
