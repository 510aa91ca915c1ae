// A ticket is good for its own subject, in its own login, in its own browser, once, and for a few minutes.
import type { Engine } from '../engine/engine.ts'
import type { VerifiedIdentity } from '../identity/identity.ts'
import type { WhoAsks } from '../identity/read-identity.ts'
import { sessionBinding } from '../identity/session-binding.ts'
import { type Position, readPosition } from '../ports/position.ts'
import { readCookies } from '../request/read-cookies.ts'
import type { RequestReader } from '../request/request-reader.ts'
import { digestOf } from '../seal/random-id.ts'
import { chargeAttempt } from './attempts.ts'
import { parseTicket, type Ticket, transactionCookieName } from './ticket.ts'

/** A request that brings a ticket. */
export interface TicketRequest {
  readonly reader: RequestReader
  identify(): Promise<WhoAsks>
  /** From the query or the form, as it came. */
  readonly ticket: unknown
}

export interface OpenedTicket {
  readonly token: string
  readonly ticket: Ticket
  readonly identity: VerifiedIdentity
  readonly binding: string | undefined
  readonly cookies: ReadonlyMap<string, string>
}

/**
 * `undefined` where the ticket is made up, spoilt, over, used, another's, or has no attempts left. On a POST it charges
 * one attempt, before the app compares anything, so that parallel guesses are bounded as well.
 */
export async function openTicket(
  engine: Engine,
  request: TicketRequest,
): Promise<OpenedTicket | undefined> {
  const opened = await verifyTicket(engine, request)
  if (opened === undefined) return undefined
  const { subject, id } = opened.ticket
  if ((await engine.store.read(['used', subject, id])) !== undefined) return undefined
  if (request.reader.method() === 'POST' && !(await chargeAttempt(engine.store, subject, id)))
    return undefined
  return opened
}

async function verifyTicket(
  engine: Engine,
  request: TicketRequest,
): Promise<OpenedTicket | undefined> {
  const { ticket: token } = request
  if (typeof token !== 'string') return undefined
  const ticket = parseTicket(await engine.sealers.ticket.open(token), engine.clock.now())
  if (ticket === undefined) return undefined
  const asking = await request.identify()
  if (asking.is !== 'known' || asking.identity.subject !== ticket.subject) return undefined
  const { identity } = asking
  if (
    identity.session !== undefined &&
    engine.state.isSessionRevoked(identity.subject, identity.session)
  )
    return undefined
  if (engine.state.endedBySubject(ticket.subject, ticket.position)) return undefined
  // a backend that lost part of its history may have forgotten that the ticket was used: the challenge is begun anew
  if (!isOfGeneration(ticket.position, engine.state.position)) return undefined
  const cookies = readCookies(request.reader.header('cookie'))
  const binding = sessionBinding(identity, cookies)
  if (!(await isSameLogin(engine, ticket, identity, binding))) return undefined
  if (ticket.secret !== undefined) {
    const secret = cookies.get(transactionCookieName(ticket.id))
    if (secret === undefined || (await digestOf(secret)) !== ticket.secret) return undefined
  }
  return { token, ticket, identity, binding, cookies }
}

function isOfGeneration(position: Position, current: Position | undefined): boolean {
  return current !== undefined && readPosition(position)[0] === readPosition(current)[0]
}

async function isSameLogin(
  engine: Engine,
  ticket: Ticket,
  identity: VerifiedIdentity,
  binding: string | undefined,
): Promise<boolean> {
  // without a session and without a binding secret the transaction cookie ties it to the browser, auth_time to the login
  if (ticket.binding === undefined)
    return (
      ticket.secret !== undefined &&
      identity.session === undefined &&
      ticket.authTime === identity.authTime
    )
  if (binding === undefined) return false
  const current = await digestOf(binding)
  return (
    ticket.binding === current ||
    (await isContinuation(engine, ticket.subject, ticket.binding, current))
  )
}

/** How long a session that was renewed by a step-up still answers to its old id, for challenges in other tabs (T29). */
const CONTINUATION_MS = 15 * 60 * 1000
const MOST_CONTINUATIONS = 5

export async function noteContinuation(
  engine: Engine,
  subject: string,
  from: string,
  to: string,
): Promise<void> {
  await engine.store.write(
    ['continued', subject, await digestOf(from)],
    await digestOf(to),
    'any',
    CONTINUATION_MS,
  )
}

/** Digests both. A session may have been renewed more than once meanwhile. */
async function isContinuation(
  engine: Engine,
  subject: string,
  from: string,
  to: string,
): Promise<boolean> {
  let digest = from
  for (let renewed = 0; renewed < MOST_CONTINUATIONS; renewed++) {
    const entry = await engine.store.read(['continued', subject, digest])
    if (typeof entry?.value !== 'string') return false
    if (entry.value === to) return true
    digest = entry.value
  }
  return false
}
