// How often a challenge may be tried: per transaction and per subject, counted in the store, so that neither a restart
// nor a second instance nor fifty parallel guesses give more (T27).
import type { Store } from '../ports/store.ts'
import { TICKET_LIFE_MS } from './ticket.ts'

/** PSD2 RTS, article 4(3)(b): at most five failed attempts. */
const ATTEMPTS_PER_TICKET = 5
const ATTEMPTS_PER_SUBJECT = 10
const SUBJECT_WINDOW_MS = 15 * 60 * 1000

/** Charges one attempt before anything is compared; false: there is none left. */
export async function chargeAttempt(
  store: Store,
  subject: string,
  ticket: string,
): Promise<boolean> {
  const perTicket = await store.addIfBelow(
    ['attempts', subject, `ticket:${ticket}`],
    { count: 1 },
    { count: ATTEMPTS_PER_TICKET },
    TICKET_LIFE_MS * 2,
  )
  if (!perTicket.added) return false
  const perSubject = await store.addIfBelow(
    ['attempts', subject, 'all'],
    { count: 1 },
    { count: ATTEMPTS_PER_SUBJECT },
    SUBJECT_WINDOW_MS,
  )
  return perSubject.added
}

/** A success ends the count of failures in a row. */
export async function forgetAttempts(store: Store, subject: string): Promise<void> {
  await store.write(['attempts', subject, 'all'], undefined, 'any')
}

/** Consumes the ticket: true for exactly one caller. */
export function consumeTicket(store: Store, subject: string, ticket: string): Promise<boolean> {
  return store.write(['used', subject, ticket], true, 'absent', TICKET_LIFE_MS * 2)
}
