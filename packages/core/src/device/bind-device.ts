// A device's first use in a new session: one compare-and-set on the stored grant. A copy of an older cookie shows here.
import type { DeviceLimits } from '../policy/facts.ts'
import type { ReasonCode } from '../policy/reason-code.ts'
import type { Store } from '../ports/store.ts'
import { digestOf } from '../seal/random-id.ts'
import type { DeviceCookie } from './device-cookie.ts'
import {
  type DeviceGrant,
  deviceKey,
  lifetimeOf,
  limitsAfterUse,
  parseDeviceGrant,
  toJson,
} from './device-grant.ts'
import { type DeviceState, whyEnded } from './read-device.ts'

/** Parallel requests and lost replies may show the previous generation for this long, in the same session. */
const ROTATION_GRACE_MS = 60_000

export type Binding =
  | { readonly is: 'bound'; readonly cookie: DeviceCookie; readonly rotated: boolean }
  /** `reused`: an old generation after the grace: a copy is about, so the device has to end. */
  | { readonly is: 'refused'; readonly why: ReasonCode; readonly reused: boolean }

export async function bindDevice(
  store: Store,
  state: DeviceState,
  cookie: DeviceCookie,
  binding: string,
  at: number,
  limitsNow: Readonly<Record<string, DeviceLimits>>,
): Promise<Binding> {
  const session = await digestOf(binding)
  // a second round only where a parallel request was first; it then finds its own session there
  for (let round = 0; round < 3; round++) {
    const entry = await store.read(deviceKey(cookie.subject, cookie.device))
    const grant = parseDeviceGrant(entry?.value)
    if (entry === undefined || grant === undefined) return refused('device_revoked')
    const ended = whyEnded({ ...grant, device: cookie.device, subject: cookie.subject }, state, at)
    if (ended !== undefined) return refused(ended)
    // a store that lost the binding (a failover): it cannot tell this cookie from a copy, and nobody stole anything
    if (cookie.generation > grant.generation) return refused('device_revoked')
    if (cookie.generation !== grant.generation)
      return judgeOldGeneration(cookie, grant, session, binding, at)
    const limits = limitsAfterUse(grant, limitsNow, at)
    if (limits === undefined) return refused('device_idle')
    const next: DeviceGrant = {
      ...grant,
      limits,
      generation: grant.generation + 1,
      session,
      boundAt: at,
      usedAt: at,
    }
    if (await store.write(entry.key, toJson(next), entry.version, lifetimeOf(next, at)))
      return { is: 'bound', cookie: toCookie(cookie, next, binding), rotated: true }
  }
  return refused('device_unchecked')
}

function judgeOldGeneration(
  cookie: DeviceCookie,
  grant: DeviceGrant,
  session: string,
  binding: string,
  at: number,
): Binding {
  const inGrace =
    cookie.generation === grant.generation - 1 && Math.abs(at - grant.boundAt) <= ROTATION_GRACE_MS
  if (!inGrace) return { is: 'refused', why: 'device_reused', reused: true }
  // within the grace only the session that rotated is believed; another one is no trust, yet no proof of theft either
  if (grant.session !== session) return refused('device_unchecked')
  return { is: 'bound', cookie: toCookie(cookie, grant, binding), rotated: false }
}

function toCookie(cookie: DeviceCookie, grant: DeviceGrant, session: string): DeviceCookie {
  const { generation, activation, position, grantedAt, usedAt, limits } = grant
  return {
    device: cookie.device,
    subject: cookie.subject,
    session,
    generation,
    activation,
    position,
    grantedAt,
    usedAt,
    limits,
  }
}

function refused(why: ReasonCode): Binding {
  return { is: 'refused', why, reused: false }
}
