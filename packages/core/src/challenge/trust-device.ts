// Trust in the browser that a challenge was completed in: the record first, and one browser is one device.
import { deviceCookies } from '../decide/settle-device.ts'
import { type DeviceCookie, parseDeviceCookie } from '../device/device-cookie.ts'
import { deviceKey } from '../device/device-grant.ts'
import { giveDevice } from '../device/give-device.ts'
import { choosePolicy } from '../engine/choose-policy.ts'
import type { Engine } from '../engine/engine.ts'
import { revokeDevice } from '../operate/end-device.ts'
import type { Cookie } from '../request/serialize-cookie.ts'
import { BY_ENGINE } from '../state/feed-event.ts'
import type { OpenedTicket } from '../ticket/open-ticket.ts'
import type { CheckedProof } from './proof.ts'

/**
 * The cookies of the trust that was given; none where it was not, for which the challenge counts all the same. No record,
 * no trust; and while stale nothing is given that outlives the outage.
 */
export async function trustDevice(
  engine: Engine,
  { ticket, cookies }: OpenedTicket,
  { secondFactor }: CheckedProof,
  binding: string,
  at: number,
): Promise<readonly Cookie[]> {
  if (!secondFactor) {
    const message = 'a device is not trusted: none of the factors is a second one of RFC 8176'
    engine.logger.warn({ action: ticket.action }, message)
    return []
  }
  // before the wait: what is taken back during it ends the new trust as well
  const position = engine.state.position
  const active = await choosePolicy(engine, ticket.subject)
  if (active === undefined || position === undefined || engine.freshness.isStale()) return []
  if (Object.keys(active.deviceLimits).length === 0) return []
  const { subject } = ticket
  const activation = active.activation.position
  const gift = { subject, binding, activation, position, at, limits: active.deviceLimits }
  let cookie: DeviceCookie | undefined
  try {
    cookie = await giveDevice(engine.store, gift)
    const { device } = cookie
    await engine.recorder.record({
      type: 'device',
      at,
      subject,
      device,
      what: 'trusted',
      activation,
    })
    if (engine.freshness.isStale()) throw new Error('this instance is no longer up to date')
    const set = await deviceCookies(engine, cookies, cookie, at)
    await endReplaced(engine, subject, cookies)
    return set
  } catch (error) {
    engine.logger.error(
      { err: error },
      'a device could not be trusted: the challenge counts all the same',
    )
    if (cookie !== undefined) await forgetDevice(engine, subject, cookie.device)
    return []
  }
}

/** One browser, one device: the trust that it had before ends, and with it every copy of its cookie. */
async function endReplaced(
  engine: Engine,
  subject: string,
  cookies: ReadonlyMap<string, string>,
): Promise<void> {
  for (const name of await engine.deviceNames.for(subject)) {
    const before = parseDeviceCookie(await engine.sealers.device.open(cookies.get(name) ?? ''))
    if (before?.subject !== subject || engine.state.isDeviceRevoked(subject, before.device))
      continue
    await revokeDevice(engine, before, BY_ENGINE, 'the same browser was trusted anew')
  }
}

/** Nobody has its cookie; what is left of it would only be listed. */
async function forgetDevice(engine: Engine, subject: string, device: string): Promise<void> {
  await engine.store.write(deviceKey(subject, device), undefined, 'any').catch(() => false)
}
