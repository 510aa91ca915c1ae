// What detectors hear beside the path: decisions, and how challenges end. No decision hangs on it.
import type { Engine } from '../engine/engine.ts'
import type { Logger } from '../ports/logger.ts'
import type { ObservedSignal } from '../state/feed-event.ts'
import type { Detector, DetectorScene, EmitSignal } from './detector.ts'

type Hear = (scene: DetectorScene, emit: EmitSignal) => unknown

/** `hear`: what of a detector is to be called, as a method, for it may be one of a class; `undefined`: it does not listen. */
export function tellDetectors(
  engine: Pick<Engine, 'detectors' | 'emit'>,
  scene: DetectorScene,
  logger: Logger,
  hear: (detector: Detector) => Hear | undefined,
): void {
  for (const detector of engine.detectors.values()) {
    const call = hear(detector)
    if (call === undefined) continue
    const why = `observed by the detector ${detector.code}`
    const emit: EmitSignal = ({ code, share, forMs, about }) => {
      const charged = chargedBy(scene, about)
      if (charged !== undefined)
        engine.emit({ code, share, about: charged, until: scene.at + forMs }, why)
    }
    beside(logger, `the detector ${detector.code} failed`, () => call(scene, emit))
  }
}

/** Never somebody whom it was not meant for: without a session its device is charged, then its address. */
function chargedBy(
  { subject, session, deviceId, address }: DetectorScene,
  about: 'subject' | 'session' | 'device' | 'address' = 'subject',
): ObservedSignal['about'] | undefined {
  if (about === 'subject') return { subject }
  if (about === 'session' && session !== undefined) return { session, subject }
  if (about !== 'address' && deviceId !== undefined) return { device: deviceId, subject }
  return address.is === 'known' ? { address: address.value } : undefined
}

/** Calls a function of the app's that no decision hangs on. It may be async: a rejection that nobody handles ends a process. */
export function beside(logger: Logger, problem: string, call: () => unknown): void {
  try {
    const answer = call()
    if (answer instanceof Promise)
      answer.catch((error: unknown) => logger.error({ err: error }, problem))
  } catch (error) {
    logger.error({ err: error }, problem)
  }
}
