// What the store holds of a trusted device: enough to check and to list, nothing to make a cookie from.
import type { DeviceLimits } from '../policy/facts.ts'
import type { Json } from '../ports/json.ts'
import type { Position } from '../ports/position.ts'
import type { StoreKey } from '../ports/store.ts'
import { ifShaped } from '../seal/if-shaped.ts'

export interface DeviceGrant {
  readonly generation: number
  /** Digest of the session binding that holds this generation. */
  readonly session: string
  /** When this generation was given out. */
  readonly boundAt: number
  readonly grantedAt: number
  readonly usedAt: number
  readonly activation: Position
  readonly position: Position
  readonly limits: Readonly<Record<string, DeviceLimits>>
}

export function deviceKey(subject: string, device: string): StoreKey {
  return ['device', subject, device]
}

/** How long the grant can live at the most. */
export function longestLimit(limits: Readonly<Record<string, DeviceLimits>>): number {
  return Math.max(0, ...Object.values(limits).map(({ overallMs }) => overallMs))
}

/** For how long the store has to keep it: limits are inclusive, a time to live is not. */
export function lifetimeOf(
  { grantedAt, limits }: Pick<DeviceGrant, 'grantedAt' | 'limits'>,
  at: number,
): number {
  return Math.max(1, grantedAt + longestLimit(limits) - at + 1)
}

/** A limit that has run out: it stays in the grant, so that no later policy brings the trust back to life. */
const OVER: DeviceLimits = { overallMs: 0, idleMs: 0 }

/**
 * The limits that a grant goes on with when it is used at `at`. A use ends the idle time, so whatever was idle for too
 * long, by the limits of its time or of `now`, is over for good. `undefined`: there is nothing left.
 */
export function limitsAfterUse(
  { usedAt, limits }: Pick<DeviceGrant, 'usedAt' | 'limits'>,
  now: Readonly<Record<string, DeviceLimits>>,
  at: number,
): Readonly<Record<string, DeviceLimits>> | undefined {
  const left: Record<string, DeviceLimits> = {}
  let alive = false
  for (const name of new Set([...Object.keys(limits), ...Object.keys(now)])) {
    const [then, today] = [own(limits, name), own(now, name)]
    const idleMs = Math.min(then?.idleMs ?? Infinity, today?.idleMs ?? Infinity)
    const inTime = at - usedAt <= idleMs
    alive ||= inTime
    if (!inTime) left[name] = OVER
    else if (then !== undefined) left[name] = then
  }
  return alive ? left : undefined
}

function own(
  limits: Readonly<Record<string, DeviceLimits>>,
  name: string,
): DeviceLimits | undefined {
  return Object.hasOwn(limits, name) ? limits[name] : undefined
}

export function toJson(grant: DeviceGrant): Json {
  return {
    ...grant,
    limits: Object.fromEntries(Object.entries(grant.limits).map(([name, l]) => [name, { ...l }])),
  }
}

export function parseDeviceGrant(value: Json | undefined): DeviceGrant | undefined {
  return ifShaped<DeviceGrant>(value, {
    generation: 'number',
    session: 'string',
    boundAt: 'number',
    grantedAt: 'number',
    usedAt: 'number',
    activation: 'string',
    position: 'string',
    limits: 'object',
  })
}
