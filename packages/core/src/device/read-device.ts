// The device cookie against the folded state: trusted, still to be checked against the store, or why not. No I/O.
import { CLOCK_LEEWAY_MS } from '../policy/check-requirement.ts'
import type { ReasonCode } from '../policy/reason-code.ts'
import type { Json } from '../ports/json.ts'
import type { Position } from '../ports/position.ts'
import type { Sealer } from '../seal/create-sealer.ts'
import { type DeviceCookie, parseDeviceCookie } from './device-cookie.ts'
import { DEVICE_COOKIE_PREFIX, type DeviceCookieNames } from './device-cookie-name.ts'
import { longestLimit } from './device-grant.ts'

export type DeviceReading =
  /** Good, and bound to this session. */
  | { readonly is: 'bound'; readonly cookie: DeviceCookie }
  /** Good as far as the folded state tells; its first use in this session has to be checked against the store. */
  | { readonly is: 'unbound'; readonly cookie: DeviceCookie }
  | { readonly is: 'none'; readonly why: ReasonCode }

/** What of the folded state ends a device. */
export interface DeviceState {
  isDeviceRevoked(subject: string, device: string): boolean
  areDevicesRevoked(subject: string, givenAt: Position, grantedAt: number): boolean
  endedBySubject(subject: string, givenAt: Position): boolean
  isRecalled(activation: Position): boolean
}

export interface DeviceReadingScene {
  readonly at: number
  readonly subject: string
  /** The binding of the current session; `undefined`: it has none yet. */
  readonly binding: string | undefined
  readonly cookies: ReadonlyMap<string, string>
  readonly names: DeviceCookieNames
  readonly sealer: Sealer
  readonly state: DeviceState
}

/** Waits only for a subject or a cookie not seen before. */
export function readDevice(scene: DeviceReadingScene): DeviceReading | Promise<DeviceReading> {
  const names = scene.names.for(scene.subject)
  return names instanceof Promise
    ? names.then((known) => readNamed(scene, known))
    : readNamed(scene, names)
}

function readNamed(
  scene: DeviceReadingScene,
  names: readonly string[],
): DeviceReading | Promise<DeviceReading> {
  const sealed = findCookie(scene.cookies, names)
  // a cookie of somebody else on the same browser is no trust, and told apart in the record (T1)
  if (sealed === undefined)
    return none(hasAnyDevice(scene.cookies) ? 'device_other_subject' : 'device_absent')
  const opening = scene.sealer.open(sealed)
  return opening instanceof Promise
    ? opening.then((payload) => checkCookie(scene, payload))
    : checkCookie(scene, opening)
}

function checkCookie(scene: DeviceReadingScene, payload: Json | undefined): DeviceReading {
  const cookie = parseDeviceCookie(payload)
  if (cookie === undefined) return none('device_malformed')
  if (cookie.subject !== scene.subject) return none('device_other_subject')
  const ended = whyEnded(cookie, scene.state, scene.at)
  if (ended !== undefined) return none(ended)
  return { is: cookie.session === scene.binding ? 'bound' : 'unbound', cookie }
}

type Grant = Pick<DeviceCookie, 'device' | 'subject' | 'activation' | 'position' | 'grantedAt'>

/** Why a grant has ended, by what the state and its own limits say; the cookie and the store's record are judged alike. */
export function whyEnded(
  grant: Grant & Pick<DeviceCookie, 'limits'>,
  state: DeviceState,
  at: number,
): ReasonCode | undefined {
  const takenBack = whyTakenBack(grant, state)
  if (takenBack !== undefined) return takenBack
  const inTime =
    grant.grantedAt <= at + CLOCK_LEEWAY_MS && at - grant.grantedAt <= longestLimit(grant.limits)
  return inTime ? undefined : 'device_expired'
}

/** Why a grant has ended before its time. */
export function whyTakenBack(grant: Grant, state: DeviceState): ReasonCode | undefined {
  const { subject, position } = grant
  if (state.isDeviceRevoked(subject, grant.device)) return 'device_revoked'
  if (state.areDevicesRevoked(subject, position, grant.grantedAt)) return 'device_revoked'
  if (state.endedBySubject(subject, position)) return 'device_revoked'
  return state.isRecalled(grant.activation) ? 'device_recalled' : undefined
}

function findCookie(
  cookies: ReadonlyMap<string, string>,
  names: readonly string[],
): string | undefined {
  for (const name of names) {
    const value = cookies.get(name)
    if (value !== undefined) return value
  }
  return undefined
}

function hasAnyDevice(cookies: ReadonlyMap<string, string>): boolean {
  for (const name of cookies.keys()) if (name.startsWith(DEVICE_COOKIE_PREFIX)) return true
  return false
}

function none(why: ReasonCode): DeviceReading {
  return { is: 'none', why }
}
