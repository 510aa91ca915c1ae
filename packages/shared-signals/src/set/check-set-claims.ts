// What the claims of a security event token have to say before it is believed: RFC 8417, narrowed by SSF 1.0, section 4.
import type { Json } from '@countersign/core'
import { refuse, type SetError } from './set-error.ts'
import { type SubjectIdentifier, whatIsWrongWith } from './subject-identifier.ts'

/** A security event that was verified: one event of one issuer about one subject. */
export interface SecurityEvent {
  /** The event type, a URI. */
  readonly type: string
  /** The event's own members, deeply frozen. */
  readonly payload: { readonly [member: string]: Json }
  /** Whom it is about. */
  readonly subject: SubjectIdentifier
  readonly issuer: string
  readonly jti: string
  /** Milliseconds since the epoch: when the token was issued. */
  readonly issuedAt: number
  /** Milliseconds since the epoch: when it happened, as `event_timestamp` or `toe` says, else when it was issued. */
  readonly occurredAt: number
  readonly txn?: string
}

export type CheckedSet = { readonly ok: true; readonly event: SecurityEvent } | SetError

export interface SetExpectations {
  readonly issuer: string
  readonly audience: ReadonlySet<string>
}

/** For clocks that run ahead of ours, and for nothing else (T47). */
const LEEWAY_MS = 30_000
const LONGEST_ID = 512
type Claims = { readonly [claim: string]: Json }

export function checkSetClaims(
  claims: Claims,
  { issuer, audience }: SetExpectations,
  now: number,
): CheckedSet {
  if (claims['iss'] !== issuer)
    return refuse('invalid_issuer', 'iss is not the issuer of the stream')
  if (!isFor(claims['aud'], audience)) return refuse('invalid_audience', 'aud names nobody here')
  const wrong = whatIsWrong(claims, now)
  if (wrong !== undefined) return refuse('invalid_request', wrong)
  const [type, payload] = Object.entries(claims['events'] as Record<string, Claims>)[0] as [
    string,
    Claims,
  ]
  const issuedAt = toMs(claims['iat'])
  const happenedAt = toMs(payload['event_timestamp'] ?? claims['toe'])
  const event: SecurityEvent = {
    type,
    payload,
    subject: claims['sub_id'] as SubjectIdentifier,
    issuer,
    jti: claims['jti'] as string,
    issuedAt,
    // what happened after it was told is a clock that is wrong
    occurredAt: Number.isNaN(happenedAt) ? issuedAt : Math.min(happenedAt, issuedAt),
    ...(typeof claims['txn'] === 'string' ? { txn: claims['txn'] } : {}),
  }
  return { ok: true, event: Object.freeze(event) }
}

function isFor(aud: Json | undefined, audience: ReadonlySet<string>): boolean {
  const names: readonly Json[] = Array.isArray(aud) ? aud : [aud ?? null]
  return names.some((name) => typeof name === 'string' && audience.has(name))
}

function whatIsWrong(claims: Claims, now: number): string | undefined {
  const { jti, iat, events } = claims
  // defence against confusion with other JWTs: SSF 1.0, 4.1.2 and 4.1.7
  if (claims['exp'] !== undefined) return 'exp must not be there: a security event does not expire'
  if (claims['sub'] !== undefined) return 'sub must not be there: sub_id says whom it is about'
  if (typeof jti !== 'string' || jti === '' || jti.length > LONGEST_ID)
    return `jti must be a text of at most ${LONGEST_ID} characters`
  if (!isTime(iat)) return 'iat must be a time in seconds'
  if (iat * 1000 > now + LEEWAY_MS) return 'iat lies in the future'
  for (const name of ['nbf', 'toe']) {
    const time = claims[name]
    if (time !== undefined && !isTime(time)) return `${name} must be a time in seconds`
    if (isTime(time) && time * 1000 > now + LEEWAY_MS) return `${name} lies in the future`
  }
  return whatIsWrongWithEvents(events) ?? whatIsWrongWith(claims['sub_id'])
}

function whatIsWrongWithEvents(events: Json | undefined): string | undefined {
  if (!isMap(events)) return 'events must be an object'
  const types = Object.keys(events)
  // RFC 8417 allows several about one occurrence; SSF 1.0, 4.2.1 wants one, and so do we
  if (types.length !== 1) return `events must have one event, and has ${types.length}`
  const [type = ''] = types
  if (!/^[a-z][a-z0-9+.-]*:\S+$/i.test(type) || type.length > LONGEST_ID)
    return 'an event type must be a URI'
  const payload = events[type]
  if (!isMap(payload)) return 'an event must be an object'
  const time = payload['event_timestamp']
  return time === undefined || isTime(time)
    ? undefined
    : 'event_timestamp must be a time in seconds'
}

function toMs(seconds: Json | undefined): number {
  return typeof seconds === 'number' ? seconds * 1000 : Number.NaN
}

function isTime(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

function isMap(value: Json | undefined): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
