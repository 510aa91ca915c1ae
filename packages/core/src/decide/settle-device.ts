// A device's first use in this login, where the decision could hang on it: the check, and what comes of a copy.
import { bindDevice } from '../device/bind-device.ts'
import type { DeviceCookie } from '../device/device-cookie.ts'
import { longestLimit } from '../device/device-grant.ts'
import { limitDeviceCookies } from '../device/limit-device-cookies.ts'
import { type DeviceReading, whyEnded } from '../device/read-device.ts'
import type { Engine } from '../engine/engine.ts'
import { withinDeadline } from '../engine/within-deadline.ts'
import type { VerifiedIdentity } from '../identity/identity.ts'
import { BINDING_COOKIE, bindToSecret } from '../identity/session-binding.ts'
import { endDevice } from '../operate/end-device.ts'
import type { DeviceLimits } from '../policy/facts.ts'
import { type Cookie, expiredCookie } from '../request/serialize-cookie.ts'
import { randomId } from '../seal/random-id.ts'
import type { Scene } from './read-scene.ts'

/** How long a binding secret stays in a browser: no longer than any trust that hangs on it. */
const BINDING_SECONDS = 400 * 24 * 60 * 60

export interface SettledDevice {
  readonly device: DeviceReading
  readonly cookies: readonly Cookie[]
}

/** `limits`: those of the policy in force. */
export async function settleDevice(
  engine: Engine,
  scene: Scene,
  limits: Readonly<Record<string, DeviceLimits>>,
): Promise<SettledDevice> {
  if (scene.device.is !== 'unbound') return { device: scene.device, cookies: [] }
  const { binding, cookies: bindingCookies } = takeBinding(scene.identity, scene.binding)
  try {
    const { cookie } = scene.device
    const work = bindDevice(engine.store, engine.state, cookie, binding, scene.at, limits)
    const bound = await withinDeadline(work, 'binding a device')
    if (bound.is === 'refused') {
      if (bound.reused)
        await endDevice(engine, scene.device.cookie, 'an old copy of its cookie was used')
      return { device: { is: 'none', why: bound.why }, cookies: [] }
    }
    const sealed = await deviceCookies(engine, scene.cookies, bound.cookie, scene.at)
    // what took it back may have been heard during the waits
    const ended = whyEnded(bound.cookie, engine.state, scene.at)
    if (ended !== undefined) return { device: { is: 'none', why: ended }, cookies: [] }
    return {
      device: { is: 'bound', cookie: bound.cookie },
      cookies: [...bindingCookies, ...sealed],
    }
  } catch (error) {
    engine.logger.error({ err: error }, 'a device could not be checked: it counts as none')
    return { device: { is: 'none', why: 'store_unavailable' }, cookies: [] }
  }
}

/** The binding of this login, and where identity names no session, a new secret for it if there is none yet. */
export function takeBinding(
  identity: VerifiedIdentity,
  known: string | undefined,
): { readonly binding: string; readonly cookies: readonly Cookie[] } {
  if (known !== undefined) return { binding: known, cookies: [] }
  const value = randomId()
  return {
    binding: bindToSecret(identity, value),
    cookies: [{ name: BINDING_COOKIE, value, maxAgeSeconds: BINDING_SECONDS }],
  }
}

/** The cookie that bears the device, and the removal of those that are one too many. */
export async function deviceCookies(
  engine: Engine,
  present: ReadonlyMap<string, string>,
  cookie: DeviceCookie,
  at: number,
): Promise<readonly Cookie[]> {
  const [name, ...older] = await engine.deviceNames.for(cookie.subject)
  if (name === undefined) return []
  const left = Math.floor((cookie.grantedAt + longestLimit(cookie.limits) - at) / 1000)
  const value = await engine.sealers.device.seal({ ...cookie, limits: toPlain(cookie.limits) })
  const surplus = await limitDeviceCookies(present, name, engine.sealers.device)
  // named by an older secret it would stay behind as a copy of an old generation
  const gone = new Set([...surplus, ...older.filter((one) => present.has(one))])
  return [
    ...[...gone].map(expiredCookie),
    { name: name as Cookie['name'], value, maxAgeSeconds: Math.max(0, left) },
  ]
}

function toPlain(
  limits: DeviceCookie['limits'],
): Record<string, { overallMs: number; idleMs: number }> {
  return Object.fromEntries(Object.entries(limits).map(([name, one]) => [name, { ...one }]))
}
