// Kind trusted-device: a browser that the subject chose to trust after a completed challenge.
import { CLOCK_LEEWAY_MS } from '../policy/check-requirement.ts'
import type { DeviceLimits } from '../policy/facts.ts'
import { fails, HOLDS, type KindCheck, undecided } from './opt-out-check.ts'

/** A grant's limits are the stricter of those at its time and now (law 7). Inclusive. */
export function prepareTrustedDevice(name: string, now: DeviceLimits): KindCheck {
  return function checkTrustedDevice({ at, device }) {
    if (device.is === 'absent') return fails('device_absent')
    if (device.is === 'unknown') return undecided(device.why)
    const { trustedAt, usedAt, limits } = device.value
    const then = limits !== undefined && Object.hasOwn(limits, name) ? limits[name] : undefined
    const overallMs = Math.min(now.overallMs, then?.overallMs ?? now.overallMs)
    const idleMs = Math.min(now.idleMs, then?.idleMs ?? now.idleMs)
    if (!isWithin(trustedAt, overallMs, at)) return fails('device_expired')
    if (!isWithin(usedAt, idleMs, at)) return fails('device_idle')
    return HOLDS
  }
}

// negatable as a whole, so that NaN is never within
function isWithin(moment: number, lengthMs: number, at: number): boolean {
  return moment <= at + CLOCK_LEEWAY_MS && at - moment <= lengthMs
}
