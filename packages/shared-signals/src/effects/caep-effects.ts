// What the event types of CAEP 1.0 do. What speaks well of somebody does nothing: nobody outside lowers a risk here.
import { CAEP } from '../event-types.ts'
import type { Effect } from './effect.ts'

const DAY_MS = 86_400_000

const sessionRevoked: Effect = {
  signals: [],
  apply: (_event, subject) => subject.endSession(),
}

const credentialChange: Effect = {
  // the built-in detector of this name tells of credential events: with a quiet stream it cannot know
  signals: ['credential-change'],
  apply({ payload }, subject) {
    const isSecret =
      payload['credential_type'] === 'password' || payload['credential_type'] === 'pin'
    if (isSecret) return subject.credentialChanged('password-changed')
    switch (payload['change_type']) {
      case 'create':
        return subject.credentialChanged('factor-added')
      case 'update':
        return subject.credentialChanged('factor-reenrolled')
      default:
        return subject.credentialChanged('factor-removed')
    }
  },
}

const deviceCompliance: Effect = {
  signals: ['device-not-compliant'],
  apply({ payload }, subject) {
    const about = 'device'
    return payload['current_status'] === 'compliant'
      ? subject.takeBack('device-not-compliant', { about })
      : subject.signal('device-not-compliant', { about, forMs: 30 * DAY_MS })
  },
}

const assuranceLevel: Effect = {
  signals: ['assurance-level-decrease'],
  // without a direction it may have been a decrease
  apply: ({ payload }, subject) =>
    payload['change_direction'] === 'increase'
      ? undefined
      : subject.signal('assurance-level-decrease', { about: 'session' }),
}

const tokenClaims: Effect = {
  signals: ['token-claims-change'],
  apply: (_event, subject) => subject.signal('token-claims-change', { about: 'session' }),
}

const riskLevel: Effect = {
  signals: ['external-risk'],
  apply({ payload }, subject) {
    const { current_level: level, principal } = payload
    if (level === 'LOW') return undefined
    const about =
      principal === 'SESSION' ? 'session' : principal === 'DEVICE' ? 'device' : 'subject'
    // a level that is none of the three may be the highest
    return subject.signal('external-risk', {
      about,
      share: level === 'MEDIUM' ? 0.5 : 1,
      onlyTightens: true,
    })
  },
}

/** That somebody signed in or was seen elsewhere says nothing about who is here. */
const nothing: Effect = { signals: [], apply: () => undefined }

export const caepEffects: Readonly<Record<string, Effect>> = {
  [`${CAEP}session-revoked`]: sessionRevoked,
  [`${CAEP}credential-change`]: credentialChange,
  [`${CAEP}device-compliance-change`]: deviceCompliance,
  [`${CAEP}assurance-level-change`]: assuranceLevel,
  [`${CAEP}token-claims-change`]: tokenClaims,
  [`${CAEP}risk-level-change`]: riskLevel,
  [`${CAEP}session-established`]: nothing,
  [`${CAEP}session-presented`]: nothing,
}
