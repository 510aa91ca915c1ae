// new-device: this browser is none that the subject trusts.
import type { Detector, Observation } from './detector.ts'

const PRESENT: Observation = { is: 'present' }
const ABSENT: Observation = { is: 'absent' }

export const newDevice: Detector = {
  code: 'new-device',
  judge({ device }) {
    // while its first use in this login is unchecked it may be a copy: then the engine asks again after the check
    if (device === 'unchecked') throw new Error('the device has not been checked in this login')
    return device === 'trusted' ? ABSENT : PRESENT
  },
}
