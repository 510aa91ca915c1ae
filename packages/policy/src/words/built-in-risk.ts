// What a policy has without saying so: the signals of Countersign itself, a threat model, levels of assurance.
import type { LevelDocument, ThreatModelDocument } from '../policy-document.ts'

/** Observed by Countersign's own detectors, or emitted by its device cookie. */
export const builtInSignals: readonly string[] = [
  'new-device',
  'credential-change',
  'velocity',
  'device-reuse',
]

/** Answered for by the detectors of @countersign/detectors, where an app turns them on. */
export const detectorSignals: readonly string[] = [
  'unfamiliar-login',
  'new-network',
  'user-agent-change',
  'ip-change',
  'impossible-travel',
  'anonymous-network',
  'unusual-hour',
  'amount-velocity',
  'dormant-account',
  'listed-address',
  'session-age',
  'failed-challenges',
]

/** Not a signal but a weight: added once where any signal is unjudged. */
export const COLD_START = 'cold-start'

export const DEFAULT_THREAT_MODEL = 'default'
export const DEFAULT_SEGMENT = 'everyone'

/** Used where a policy has neither threat models nor segments. */
export const defaultThreatModel: ThreatModelDocument = {
  bias: -2,
  signals: {
    'new-device': 1.2,
    'credential-change': 2.5,
    velocity: 1.5,
    'device-reuse': 2.5,
    'cold-start': 0.5,
  },
  levels: { MEDIUM: 0.35, HIGH: 0.7 },
}

/** Used where a policy has no `assurance`: NIST's three levels, in the methods of RFC 8176. */
export const defaultLevels: readonly LevelDocument<'aal1' | 'aal2' | 'aal3'>[] = [
  { acr: 'aal1', amr: [['pwd']] },
  {
    acr: 'aal2',
    amr: [
      ['pwd', 'otp'],
      ['pwd', 'hwk'],
      ['hwk', 'user'],
      // a passkey that is synced between a person's devices
      ['swk', 'user'],
    ],
  },
  { acr: 'aal3', amr: [['hwk', 'user', 'pop']] },
]
