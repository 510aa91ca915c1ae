// The security event tokens that the specifications print, letter by letter (`data/printed-sets.json`), and those of RFC 8417
// that SSF 1.0 narrows away.
import { readFileSync } from 'node:fs'

export interface Claims {
  readonly iss: string
  readonly jti: string
  readonly iat: number
  readonly aud: string | readonly string[]
  readonly sub_id: { readonly [member: string]: unknown }
  readonly events: Readonly<Record<string, { readonly event_timestamp?: number }>>
  readonly [claim: string]: unknown
}

export interface PrintedSet {
  readonly name: string
  readonly claims: Claims
  /** What it does to the guard, in words. */
  readonly does: readonly string[]
}

interface Line {
  readonly spec: string
  readonly section: string
  readonly title: string
  readonly claims: Claims
  readonly does: readonly string[]
}

const file = new URL('../data/printed-sets.json', import.meta.url)
const { printed } = JSON.parse(readFileSync(file, 'utf8')) as { printed: readonly Line[] }

export const PRINTED_SETS: readonly PrintedSet[] = printed.map(
  ({ spec, section, title, claims, does }) => ({
    name: `${spec}, ${section}: ${title}`,
    ...{ claims, does },
  }),
)

/** With another `jti`, for the texts use one several times, and with its times as of now. */
export function asOfNow(claims: Claims): Claims {
  const iat = Math.floor(Date.now() / 1000)
  const events = Object.fromEntries(
    Object.entries(claims.events).map(([type, { event_timestamp: at, ...event }]) => [
      type,
      at === undefined ? event : { ...event, event_timestamp: iat - 168 },
    ]),
  )
  return { ...claims, jti: crypto.randomUUID(), iat, events }
}

const SCIM = {
  ...{ iss: 'https://scim.example.com', iat: 1_458_496_404 },
  ...{ jti: '4d3559ec67504aaba65d40b0363faad8', aud: 'https://scim.example.com/Feeds/98d5' },
}
const RISC = {
  ...{ iss: 'https://idp.example.com/', jti: '756E69717565206964656E746966696572' },
  ...{ iat: 1_508_184_845, aud: '636C69656E745F6964' },
}

/** Good by RFC 8417 and RFC 8935, and by SSF 1.0 not: no `sub_id` of its own, `sub`, several events. */
export const NARROWED: readonly {
  readonly name: string
  readonly claims: Readonly<Record<string, unknown>>
  readonly why: RegExp
}[] = [
  {
    name: 'RFC 8417, 2.1.1: SCIM, two events about one occurrence',
    claims: {
      ...SCIM,
      events: {
        'urn:ietf:params:scim:event:create': {
          ref: 'https://scim.example.com/Users/44f6142df96bd6ab61e7521d9',
          attributes: ['id', 'name', 'userName', 'password', 'emails'],
        },
        'https://example.com/scim/event/passwordResetExt': { resetAttempts: 5 },
      },
    },
    why: /one event/,
  },
  {
    name: 'RFC 8417, 2.1.2: a logout token, with sub',
    claims: {
      ...{ iss: 'https://server.example.com', sub: '248289761001', aud: 's6BhdRkqt3' },
      ...{ iat: 1_471_566_154, jti: 'bWJq', sid: '08a5019c-17e1-4977-8f42-65a12843ea02' },
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    },
    why: /sub must not/,
  },
  {
    name: 'RFC 8417, 2.1.4, and RFC 8935, 2.1: RISC with its subject inside the event',
    claims: {
      ...RISC,
      events: {
        'https://schemas.openid.net/secevent/risc/event-type/account-disabled': {
          subject: { subject_type: 'iss-sub', iss: RISC.iss, sub: '7375626A656374' },
          reason: 'hijacking',
        },
      },
    },
    why: /sub_id/,
  },
]
