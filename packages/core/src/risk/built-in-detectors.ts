// The detectors that every engine has, by the signal that each answers for.
import { credentialChange } from './detect-credential-change.ts'
import { newDevice } from './detect-new-device.ts'
import { velocity } from './detect-velocity.ts'
import type { Detector } from './detector.ts'

/** New ones at each call: velocity counts. */
export function builtInDetectors(): Map<string, Detector> {
  return new Map([newDevice, credentialChange, velocity()].map((one) => [one.code, one]))
}
