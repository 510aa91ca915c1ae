// Ends trusted devices everywhere: the revocation goes to the feed first, then the stored grant is deleted.
import { deviceKey } from '../device/device-grant.ts'
import type { Engine } from '../engine/engine.ts'
import { BY_ENGINE, type Revocation } from '../state/feed-event.ts'
import type { Signed } from './operator.ts'

/** How long the reuse of a device's cookie counts as a signal about its subject. */
const REUSE_SIGNAL_MS = 24 * 60 * 60 * 1000

export async function revokeDevice(
  engine: Engine,
  { subject, device }: { readonly subject: string; readonly device: string },
  by: string,
  why: string,
): Promise<void> {
  await engine.append({
    topic: 'revocation',
    id: crypto.randomUUID(),
    at: engine.clock.now(),
    by,
    why,
    data: { kind: 'device', subject, device },
  })
  await engine.store.write(deviceKey(subject, device), undefined, 'any')
  engine.recorder.note({
    type: 'device',
    at: engine.clock.now(),
    subject,
    device,
    what: 'revoked',
    by,
    why,
  })
}

/** Many at once, by one event. */
export async function revokeDevices(
  engine: Engine,
  data: Extract<Revocation, { readonly kind: 'devices' | 'devices-before' }>,
  { by, why }: Signed,
): Promise<void> {
  const at = engine.clock.now()
  const position = await engine.append({
    topic: 'revocation',
    id: crypto.randomUUID(),
    at,
    by,
    why,
    data,
  })
  const about = 'subject' in data ? { subject: data.subject } : {}
  engine.recorder.note({
    type: 'change',
    at,
    ...about,
    by,
    why,
    position,
    topic: 'revocation',
    change: { ...data },
  })
}

/** The engine's own: a copy of the device's cookie was seen. */
export async function endDevice(
  engine: Engine,
  { subject, device }: { readonly subject: string; readonly device: string },
  why: string,
): Promise<void> {
  const at = engine.clock.now()
  engine.recorder.note({ type: 'device', at, subject, device, what: 'reused', by: BY_ENGINE, why })
  await revokeDevice(engine, { subject, device }, BY_ENGINE, why)
  const until = engine.clock.now() + REUSE_SIGNAL_MS
  engine.emit({ code: 'device-reuse', about: { subject }, share: 1, until }, why)
}
