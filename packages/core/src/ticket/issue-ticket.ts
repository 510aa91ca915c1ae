// Issues a ticket for a challenge; writes nothing but, for navigations, one cookie in the browser.
import type { Scene } from '../decide/read-scene.ts'
import type { Engine } from '../engine/engine.ts'
import type { Requirement } from '../policy/compiled-policy.ts'
import type { Json } from '../ports/json.ts'
import { type Cookie, expiredCookie } from '../request/serialize-cookie.ts'
import { digestOf, randomId } from '../seal/random-id.ts'
import {
  isTransactionCookieName,
  MOST_TRANSACTIONS_PER_BROWSER,
  TICKET_LIFE_MS,
  type Ticket,
  transactionCookieName,
} from './ticket.ts'

export interface IssuedTicket {
  readonly token: string
  readonly cookies: readonly Cookie[]
}

/** Bytes. Attributes that are longer than a URL should be are left out of the ticket. */
const MOST_RESOURCE = 1_000
/** Bytes. What has to be confirmed goes into the ticket and then into a cookie, which holds 4,096. */
const MOST_BOUND = 2_000
const encoder = new TextEncoder()

export async function issueTicket(
  engine: Engine,
  scene: Pick<Scene, 'at' | 'action' | 'identity' | 'binding' | 'cookies'>,
  about: {
    readonly resource: Readonly<Record<string, Json>>
    readonly requirement: Requirement
    readonly returnTo: string | undefined
    readonly navigation: boolean
    readonly tries: number
  },
): Promise<IssuedTicket> {
  const { identity, binding } = scene
  const id = randomId()
  const secret = about.navigation || binding === undefined ? randomId() : undefined
  const ticket: Ticket = {
    id,
    subject: identity.subject,
    ...(binding === undefined ? {} : { binding: await digestOf(binding) }),
    ...(identity.authTime === undefined ? {} : { authTime: identity.authTime }),
    action: scene.action,
    resource: shownResource(about.resource, about.requirement.bind),
    requirement: about.requirement,
    ...(about.returnTo === undefined ? {} : { returnTo: about.returnTo }),
    ...(secret === undefined ? {} : { secret: await digestOf(secret) }),
    issuedAt: scene.at,
    position: engine.state.position ?? '0:0',
    tries: about.tries,
  }
  const token = await engine.sealers.ticket.seal({
    ...ticket,
    requirement: { ...ticket.requirement },
  })
  return {
    token,
    cookies: secret === undefined ? [] : transactionCookies(scene.cookies, id, secret),
  }
}

/** At most five per browser: which of the others is oldest cannot be told, so all make room. */
function transactionCookies(
  present: ReadonlyMap<string, string>,
  id: string,
  value: string,
): Cookie[] {
  const others = [...present.keys()].filter(isTransactionCookieName)
  const surplus = others.slice(0, Math.max(0, others.length - (MOST_TRANSACTIONS_PER_BROWSER - 1)))
  return [
    ...surplus.map(expiredCookie),
    {
      name: transactionCookieName(id) as Cookie['name'],
      value,
      maxAgeSeconds: TICKET_LIFE_MS / 1000,
    },
  ]
}

/** All of it, or where that is too long what has to be confirmed, or nothing: then nothing can be confirmed either. */
function shownResource(
  resource: Readonly<Record<string, Json>>,
  bind: readonly string[] = [],
): Readonly<Record<string, Json>> {
  const bound = Object.fromEntries(Object.entries(resource).filter(([name]) => bind.includes(name)))
  if (lengthOf(resource) <= MOST_RESOURCE) return resource
  return lengthOf(bound) <= MOST_BOUND ? bound : {}
}

function lengthOf(resource: object): number {
  return encoder.encode(JSON.stringify(resource)).length
}
