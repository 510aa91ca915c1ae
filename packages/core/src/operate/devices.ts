// The devices that a subject trusts: listed for the subject, and ended.
import { deviceKey, longestLimit, parseDeviceGrant } from '../device/device-grant.ts'
import { whyEnded } from '../device/read-device.ts'
import type { Engine } from '../engine/engine.ts'
import type { StoreKey } from '../ports/store.ts'
import { assertSigned } from './assert-signed.ts'
import { ActivationRefused } from './check-activation.ts'
import { revokeDevice, revokeDevices } from './end-device.ts'
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
  /** All that the subject trusts now, at the cost of one. Otherwise as `revoke`. */
  revokeAll(subject: string, signed?: Signed): Promise<void>
  /**
   * Everybody's that were trusted before this moment, by the clock of the instance that granted them; at the cost of one,
   * however many there are. It cannot be undone.
   *
   * @throws ActivationRefused `not_signed`; `moment_malformed` where it is no moment, or one that is still to come
   */
  revokeBefore(moment: Date, signed: Signed): Promise<void>
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
    async revokeAll(subject, signed) {
      if (signed !== undefined) assertSigned(signed.by, signed.why)
      const by = signed ?? { by: subject, why: 'revoked by the subject' }
      await revokeDevices(engine, { kind: 'devices', subject }, by)
      // the event ended them already: this only makes room
      const kept: StoreKey[] = []
      for await (const { key } of engine.store.list('device', subject)) kept.push(key)
      for (const key of kept) await engine.store.write(key, undefined, 'any')
    },
    async revokeBefore(moment, { by, why }) {
      assertSigned(by, why)
      const before = moment instanceof Date ? moment.getTime() : Number.NaN
      if (!(before <= engine.clock.now()))
        throw new ActivationRefused(
          'moment_malformed',
          `moment: has to be a Date that is not still to come, got ${String(moment)}. Devices that are trusted later are not known yet: suspend the opt-outs for those.`,
        )
      await revokeDevices(engine, { kind: 'devices-before', before }, { by, why })
    },
  }
}
