// The devices that a subject trusts: listed for the subject, and ended.
import { deviceKey, longestLimit, parseDeviceGrant } from '../device/device-grant.ts'
import { whyEnded } from '../device/read-device.ts'
import type { Engine } from '../engine/engine.ts'
import { assertSigned } from './assert-signed.ts'
import { revokeDevice } from './end-device.ts'
import type { DeviceSummary, Signed } from './operator.ts'

export interface Devices {
  /** Those that are trusted now, the newest first. */
  list(subject: string): Promise<readonly DeviceSummary[]>
  /**
   * Resolves once it is refused here; elsewhere within `maxStaleness`. Revoking what is not there is no error.
   * Without `signed` it is the subject's own act.
   *
   * @throws ActivationRefused `not_signed` where `signed` lacks who or why
   */
  revoke(subject: string, device: string, signed?: Signed): Promise<void>
}

export function createDevices(engine: Engine): Devices {
  return {
    async list(subject) {
      const at = engine.clock.now()
      const devices: DeviceSummary[] = []
      for await (const { key, value } of engine.store.list('device', subject)) {
        const grant = parseDeviceGrant(value)
        const [, , id] = key
        if (
          grant === undefined ||
          whyEnded({ ...grant, device: id, subject }, engine.state, at) !== undefined
        )
          continue
        const { grantedAt, usedAt, limits } = grant
        devices.push({ id, trustedAt: grantedAt, usedAt, endsAt: grantedAt + longestLimit(limits) })
      }
      return devices.sort((a, b) => b.trustedAt - a.trustedAt)
    },
    async revoke(subject, device, signed) {
      if (signed !== undefined) assertSigned(signed.by, signed.why)
      const { by, why } = signed ?? { by: subject, why: 'revoked by the subject' }
      // no id of ours: it came from a client's URL, and is not worth an event
      if (typeof device !== 'string' || !/^[\w-]{22}$/.test(device)) return
      // what the store does not hold is over already, and is not worth an event either
      if ((await engine.store.read(deviceKey(subject, device))) === undefined) return
      await revokeDevice(engine, { subject, device }, by, why)
    },
  }
}
