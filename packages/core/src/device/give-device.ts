// Trusting a browser: after a completed challenge with a real second factor, and only then (T5).
import type { OptOut } from '../policy/compiled-policy.ts'
import type { DeviceLimits } from '../policy/facts.ts'
import type { Position } from '../ports/position.ts'
import type { Store } from '../ports/store.ts'
import { digestOf, randomId } from '../seal/random-id.ts'
import type { DeviceCookie } from './device-cookie.ts'
import { deviceKey, lifetimeOf, toJson } from './device-grant.ts'

export interface DeviceGift {
  readonly subject: string
  readonly binding: string
  readonly activation: Position
  readonly position: Position
  readonly at: number
  readonly limits: Readonly<Record<string, DeviceLimits>>
}

/** The limits of a policy's trusted-device opt-outs; empty where it has none: then there is nothing to trust a device for. */
export function deviceLimits(
  optOuts: Readonly<Record<string, OptOut>>,
): Readonly<Record<string, DeviceLimits>> {
  const limits: Record<string, DeviceLimits> = {}
  for (const [name, optOut] of Object.entries(optOuts)) {
    if (optOut.kind === 'trusted-device')
      limits[name] = { overallMs: optOut.overallMs, idleMs: optOut.idleMs }
  }
  return limits
}

/** Writes the grant; resolves with what its cookie holds. Rejects where the store cannot write. */
export async function giveDevice(store: Store, gift: DeviceGift): Promise<DeviceCookie> {
  const device = randomId()
  const { subject, activation, position, at, limits } = gift
  const shared = { generation: 0, activation, position, grantedAt: at, usedAt: at, limits }
  const grant = { ...shared, session: await digestOf(gift.binding), boundAt: at }
  if (
    !(await store.write(deviceKey(subject, device), toJson(grant), 'absent', lifetimeOf(grant, at)))
  )
    throw new Error('a device with this id exists already')
  return { ...shared, device, subject, session: gift.binding }
}
