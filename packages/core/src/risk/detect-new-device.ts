// new-device: this browser is none that the subject trusts.
import type { Detector, Observation } from './detector.ts'

const PRESENT: Observation = { is: 'present' }
const ABSENT: Observation = { is: 'absent' }
const UNKNOWN: Observation = { is: 'unknown' }

export const newDevice: Detector = {
  code: 'new-device',
  judge({ device }) {
    // while its first use in this login is unchecked it may be a copy: then the engine asks again after the check
    if (device === 'unchecked') return UNKNOWN
    return device === 'trusted' ? ABSENT : PRESENT
  },
}
