// What the event types of RISC 1.0 do.
import { RISC } from '../event-types.ts'
import type { Effect } from './effect.ts'

const DAY_MS = 86_400_000
/** A guard's signals end within a year. */
const LONGEST_MS = 365 * DAY_MS

const ACCOUNT_DISABLED = 'account-disabled'

const accountDisabled: Effect = {
  signals: [ACCOUNT_DISABLED, 'credential-change'],
  async apply(_event, subject) {
    // first what denies, then what was given before: it must not come back with the account
    await subject.signal(ACCOUNT_DISABLED, { forMs: LONGEST_MS })
    await subject.credentialChanged('deactivated')
  },
}

const accountEnabled: Effect = {
  signals: [ACCOUNT_DISABLED],
  apply: (_event, subject) => subject.takeBack(ACCOUNT_DISABLED),
}

const credentialCompromise: Effect = {
  signals: ['credential-compromise', 'credential-change'],
  async apply(_event, subject) {
    await subject.signal('credential-compromise', { forMs: 30 * DAY_MS })
    await subject.credentialChanged('credential-compromised')
  },
}

/** The identifier is another person's now: whoever was trusted under it is not who comes next. */
const identifierRecycled: Effect = {
  signals: ['identifier-recycled', 'credential-change'],
  async apply(_event, subject) {
    await subject.signal('identifier-recycled', { forMs: 30 * DAY_MS })
    await subject.credentialChanged('deactivated')
  },
}

const sessionsRevoked: Effect = {
  signals: ['credential-change'],
  apply: (_event, subject) => subject.credentialChanged('signed-out-everywhere'),
}

/**
 * Between initiated and effective lies the time in which the owner can object: whoever opts out in that time may be a
 * hijacker. Once it is effective no more events come about the subject, and what they would have told is not known.
 */
const optOutInitiated = signals('opt-out-initiated', 30 * DAY_MS)
const optOutEffective: Effect = {
  signals: ['opt-out-initiated', 'opt-out-effective'],
  async apply(_event, subject) {
    await subject.signal('opt-out-effective', { forMs: LONGEST_MS })
    await subject.takeBack('opt-out-initiated')
  },
}
const optOutCancelled: Effect = {
  signals: ['opt-out-initiated'],
  apply: (_event, subject) => subject.takeBack('opt-out-initiated'),
}
const optIn: Effect = {
  signals: ['opt-out-initiated', 'opt-out-effective'],
  async apply(_event, subject) {
    await subject.takeBack('opt-out-initiated')
    await subject.takeBack('opt-out-effective')
  },
}

function signals(code: string, forMs: number): Effect {
  return { signals: [code], apply: (_event, subject) => subject.signal(code, { forMs }) }
}

export const riscEffects: Readonly<Record<string, Effect>> = {
  [`${RISC}account-disabled`]: accountDisabled,
  [`${RISC}account-purged`]: accountDisabled,
  [`${RISC}account-enabled`]: accountEnabled,
  [`${RISC}account-credential-change-required`]: signals('credential-change-required', 30 * DAY_MS),
  [`${RISC}credential-compromise`]: credentialCompromise,
  [`${RISC}identifier-changed`]: signals('identifier-changed', 7 * DAY_MS),
  [`${RISC}identifier-recycled`]: identifierRecycled,
  [`${RISC}opt-out-initiated`]: optOutInitiated,
  [`${RISC}opt-out-cancelled`]: optOutCancelled,
  [`${RISC}opt-out-effective`]: optOutEffective,
  [`${RISC}opt-in`]: optIn,
  [`${RISC}recovery-activated`]: signals('recovery-activated', 7 * DAY_MS),
  [`${RISC}recovery-information-changed`]: signals('recovery-information-changed', 7 * DAY_MS),
  // of earlier drafts, and still sent
  [`${RISC}sessions-revoked`]: sessionsRevoked,
}
