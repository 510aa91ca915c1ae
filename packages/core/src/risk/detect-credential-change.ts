// credential-change: the subject's password or factors changed a short while ago.
import type { Detector, Observation } from './detector.ts'

/** How long a change counts. */
const CREDENTIAL_CHANGE_MS = 24 * 60 * 60 * 1000

const PRESENT: Observation = { is: 'present' }
const ABSENT: Observation = { is: 'absent' }

export const credentialChange: Detector = {
  code: 'credential-change',
  judge({ at, credentialsChangedAt }) {
    if (credentialsChangedAt === undefined) return ABSENT
    return at - credentialsChangedAt > CREDENTIAL_CHANGE_MS ? ABSENT : PRESENT
  },
}
