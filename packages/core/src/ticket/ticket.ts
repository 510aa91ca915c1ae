// A ticket: what one challenge is about, sealed, so that nothing has to be stored before it is completed, and what
// counts is what we wrote, not what the URL says (T17).
import { CLOCK_LEEWAY_MS } from '../policy/check-requirement.ts'
import type { Requirement } from '../policy/compiled-policy.ts'
import type { Json } from '../ports/json.ts'
import type { Position } from '../ports/position.ts'
import { ifShaped } from '../seal/if-shaped.ts'

/** From the refusal to the completion. */
export const TICKET_LIFE_MS: number = 10 * 60 * 1000

/** One short-lived cookie per transaction ties the ticket in a URL to the browser that asked. */
const TRANSACTION_COOKIE_PREFIX = '__Host-challenge-'
export const MOST_TRANSACTIONS_PER_BROWSER = 5

export interface Ticket {
  readonly id: string
  readonly subject: string
  /**
   * Digest of the login it was issued in, for a ticket stands in URLs and a session's id may be a credential (T30). Absent
   * where identity names no session: then `secret` ties it.
   */
  readonly binding?: string
  readonly authTime?: number
  readonly action: string
  readonly resource: Readonly<Record<string, Json>>
  readonly requirement: Requirement
  /** Where the person wanted to go, if that was a navigation that can be made again (GET). */
  readonly returnTo?: string
  /** Digest of the transaction cookie. */
  readonly secret?: string
  readonly issuedAt: number
  /** How far the feed was folded then: a challenge that a credential event overtook is begun anew (T4). */
  readonly position: Position
  /** How many challenges of this chain brought too little. */
  readonly tries: number
}

/** A name that was given here: a client may send any, and only such a one can be sent back to be expired. */
export function isTransactionCookieName(name: string): boolean {
  return /^__Host-challenge-[\w-]{22}$/.test(name)
}

export function transactionCookieName(ticket: string): string {
  return `${TRANSACTION_COOKIE_PREFIX}${ticket}`
}

export function parseTicket(payload: Json | undefined, at: number): Ticket | undefined {
  const ticket = ifShaped<Ticket>(payload, {
    id: 'string',
    subject: 'string',
    action: 'string',
    resource: 'object',
    requirement: 'object',
    issuedAt: 'number',
    position: 'string',
    tries: 'number',
  })
  if (ticket === undefined) return undefined
  const age = at - ticket.issuedAt
  // T47: the leeway is for "not in the future" only
  return age <= TICKET_LIFE_MS && age >= -CLOCK_LEEWAY_MS ? ticket : undefined
}
