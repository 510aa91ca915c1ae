// A guard's means, bound to the subject of one event and to the transmitter that told it.
import type { GuardServices, Logger, SignalInput } from '@countersign/core'
import type { MappedSubject } from '../receive/map-subject.ts'
import type { SecurityEvent } from '../set/check-set-claims.ts'
import type { AffectedSubject, SignalOptions } from './effect.ts'
import { sendSignal } from './send-signal.ts'

export type EffectGuard = Pick<GuardServices, 'signal' | 'credentialChanged' | 'sessionEnded'>

const DAY_MS = 86_400_000
const LONGEST_WHY = 500

export function affectedSubject(
  guard: EffectGuard,
  { subject, session, device }: MappedSubject,
  event: SecurityEvent,
  { now, logger }: { readonly now: () => number; readonly logger: Logger },
): AffectedSubject {
  const { issuer: source, type, jti } = event
  const why = `${type} ${jti}`.slice(0, LONGEST_WHY)
  const signed = { by: source, why }
  const observedAt = new Date(event.occurredAt)

  function aboutOf(part: SignalOptions['about']): SignalInput['about'] {
    if (part === 'session' && session !== undefined) return { session, subject }
    if (part === 'device' && device !== undefined) return { device, subject }
    return { subject }
  }

  return {
    id: subject,
    session,
    device,
    credentialChanged: (what) => guard.credentialChanged(subject, what, signed),
    endSession: () =>
      session === undefined
        ? guard.credentialChanged(subject, 'signed-out-everywhere', signed)
        : guard.sessionEnded(subject, session, signed),
    signal: (code, { share = 1, forMs = DAY_MS, about, onlyTightens } = {}) =>
      sendSignal(guard, logger, {
        code,
        about: aboutOf(about),
        share,
        until: new Date(now() + forMs),
        why,
        source,
        onlyTightens,
        observedAt,
      }),
    takeBack: (code, { about } = {}) =>
      sendSignal(guard, logger, {
        ...{ code, about: aboutOf(about), share: 0, why, source, observedAt },
      }),
  }
}
