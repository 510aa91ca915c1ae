// Who asks: what the app's function answers, and what core makes of it.
import type { Fact } from '../policy/facts.ts'
import type { Json } from '../ports/json.ts'
import { copyJson } from './copy-json.ts'

/** What `identity` answers for a request that has a login. */
export interface Identity {
  /** Stable and unique: a user's id, never an address or a name that is given to somebody else later. */
  readonly subject: string
  /** The login's id. With it evidence and trust are bound to this login. */
  readonly session?: string | undefined
  /**
   * When the subject last authenticated actively: a Date, milliseconds (as `Date.now()` gives) or seconds (as
   * `auth_time` has) since the epoch. Numbers below 1e11 are seconds. Without it no `maxAge` is met.
   */
  readonly authTime?: Date | number | undefined
  readonly acr?: string | undefined
  /** RFC 8176 method references, such as `['pwd', 'otp']`. */
  readonly amr?: readonly string[] | undefined
  /** What conditions may read as `subject.claims`. JSON values. */
  readonly claims?: Record<string, unknown> | undefined
}

/** A copy, checked and frozen: nothing that happens later to what it came from changes it. */
export interface VerifiedIdentity {
  readonly subject: string
  readonly session?: string
  /** Milliseconds since the epoch. */
  readonly authTime?: number
  readonly acr?: string
  readonly amr: readonly string[]
  /** Without prototype. A claim that is not here is absent, unless `unreadable` has `claims`: then it is unknown. */
  readonly claims: Readonly<Record<string, Fact<Json>>>
  /** The fields that were given and could not be read: unknown, and worth a warning to the app's developers. */
  readonly unreadable: readonly IdentityField[]
}

export type IdentityField = 'session' | 'authTime' | 'acr' | 'amr' | 'claims'

export type IdentityProblem =
  | 'absent'
  | 'not_an_object'
  | 'unreadable'
  | 'subject_missing'
  | 'subject_wrong_type'
  | 'subject_malformed'

export type ParsedIdentity =
  | { readonly ok: true; readonly identity: VerifiedIdentity }
  | { readonly ok: false; readonly why: IdentityProblem }

const MAX_ID_LENGTH = 255
const MAX_METHODS = 32
const MAX_CLAIMS = 100
/** 5138 in seconds, 1973 in milliseconds: no login is as late as the one or as early as the other. */
const FIRST_MILLISECONDS = 1e11
// a lone surrogate is encoded as the replacement character: two subjects would share one key
// biome-ignore lint/suspicious/noControlCharactersInRegex: to refuse them is what it is for
const NOT_IN_AN_ID = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]|\p{Surrogate}/u

/** Without a subject there is no identity. Any other field that is ill-typed or over-long is unknown, and helps nobody. */
export function parseIdentity(value: unknown): ParsedIdentity {
  if (value === undefined || value === null) return { ok: false, why: 'absent' }
  if (typeof value !== 'object' || Array.isArray(value)) return { ok: false, why: 'not_an_object' }
  try {
    return readIdentity(value)
  } catch {
    return { ok: false, why: 'unreadable' } // a getter or a proxy threw
  }
}

function readIdentity(value: { readonly [K in keyof Identity]?: unknown }): ParsedIdentity {
  const { subject, session, authTime, acr, amr, claims } = value
  if (subject === undefined || subject === null || subject === '') {
    return { ok: false, why: 'subject_missing' }
  }
  if (typeof subject !== 'string') return { ok: false, why: 'subject_wrong_type' }
  if (!isId(subject)) return { ok: false, why: 'subject_malformed' }

  const unreadable: IdentityField[] = []
  function read<T>(
    field: IdentityField,
    given: unknown,
    reader: (given: unknown) => T | undefined,
  ): T | undefined {
    if (given === undefined || given === null) return undefined
    const known = reader(given)
    if (known === undefined) unreadable.push(field)
    return known
  }
  const known = {
    session: read('session', session, readId),
    authTime: read('authTime', authTime, readTime),
    acr: read('acr', acr, readId),
  }
  const methods = read('amr', amr, readMethods) ?? []
  const facts = read('claims', claims, readClaims) ?? noClaims()
  return {
    ok: true,
    identity: Object.freeze({
      subject,
      ...(known.session !== undefined && { session: known.session }),
      ...(known.authTime !== undefined && { authTime: known.authTime }),
      ...(known.acr !== undefined && { acr: known.acr }),
      amr: Object.freeze(methods),
      claims: Object.freeze(facts),
      unreadable: Object.freeze(unreadable),
    }),
  }
}

function isId(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value !== '' &&
    value.length <= MAX_ID_LENGTH &&
    !NOT_IN_AN_ID.test(value)
  )
}

function readId(value: unknown): string | undefined {
  return isId(value) ? value : undefined
}

function readTime(value: unknown): number | undefined {
  const time = value instanceof Date ? value.getTime() : toMilliseconds(value)
  return time !== undefined && Number.isFinite(time) && time >= 0 ? time : undefined
}

function toMilliseconds(value: unknown): number | undefined {
  if (typeof value !== 'number') return undefined
  return value < FIRST_MILLISECONDS ? value * 1000 : value
}

/** All or none: of a list that is partly wrong nothing is believed. */
function readMethods(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_METHODS) return undefined
  const methods = [...value]
  return methods.every(isId) ? methods : undefined
}

function readClaims(value: unknown): Record<string, Fact<Json>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const names = Object.keys(value)
  if (names.length > MAX_CLAIMS) return undefined
  const facts = noClaims()
  for (const name of names) {
    const given = (value as Record<string, unknown>)[name]
    if (given !== undefined) facts[name] = Object.freeze(toFact(copyJson(given)))
  }
  return facts
}

function toFact(copy: { readonly value: Json } | undefined): Fact<Json> {
  return copy === undefined
    ? { is: 'unknown', why: 'fact_wrong_type' }
    : { is: 'known', value: copy.value }
}

/** Without prototype, so that no claim is named `constructor` unless somebody sent it. */
function noClaims(): Record<string, Fact<Json>> {
  return Object.create(null)
}
