// Identity from a verified JWT: the ready-made answer to the guard's `identity` option.
import { ConfigurationError, describeValue } from '../configuration-error.ts'
import type { Lookups } from '../ports/telemetry.ts'
import { readCookies } from '../request/read-cookies.ts'
import type { RequestReader } from '../request/request-reader.ts'
import type { Claims } from './check-claims.ts'
import { createTokenVerifier, type TokenFailure } from './create-token-verifier.ts'
import {
  type IdentityProblem,
  type ParsedIdentity,
  parseIdentity,
  type VerifiedIdentity,
} from './identity.ts'
import type { TokenVerifierOptions } from './token-verifier-options.ts'

export interface JwtIdentityOptions extends TokenVerifierOptions {
  /** Reads the token from the cookie of this name, instead of from `Authorization: Bearer`. */
  readonly cookie?: string | undefined
}

export type IdentityReading =
  /** `by`: what a page of another site can make a browser send is a cookie, never this header. */
  | { readonly ok: true; readonly identity: VerifiedIdentity; readonly by: 'header' | 'cookie' }
  /** `absent`: no token at all. `keys_unavailable`: the IdP could not be asked; all others are about the token. */
  | { readonly ok: false; readonly why: TokenFailure | IdentityProblem }

// registered, so that a guard from another copy of this module (Next evaluates it several times) knows it too
const JWT_IDENTITY: unique symbol = Symbol.for('countersign.jwtIdentity')

/** What `jwtIdentity` makes. The guard calls `read` with its own reader instead of the native request. */
export interface JwtIdentity {
  readonly [JWT_IDENTITY]: true
  readonly read: (reader: RequestReader) => Promise<IdentityReading>
  /** Tokens that had been verified before. */
  readonly lookups: Lookups
}

const MAX_HEADER_LENGTH = 8300
const BEARER = /^bearer +([\w.~+/-]+=*)$/i

/**
 * Reads the identity from a JWT of the IdP: `sub` is the subject, `sid` the session, `acr`, `amr` and `auth_time` what
 * they are called, and all claims can be read by conditions. `iat` never stands in for `auth_time`: refreshing a token
 * is no authentication (T20).
 *
 * @throws ConfigurationError as `createTokenVerifier` does, and `cookie_name_malformed`
 * @example
 * createGuard({ identity: jwtIdentity({ issuer: 'https://idp.example', audience: 'api', algorithms: ['RS256'] }) })
 */
export function jwtIdentity(options: JwtIdentityOptions): JwtIdentity {
  const { cookie, ...verifierOptions } = options
  const verify = createTokenVerifier(verifierOptions)
  assertCookieName(cookie)
  // its key is the same object for a token that is remembered
  const parsed = new WeakMap<Claims, ParsedIdentity>()
  const lookups = { hits: 0, misses: 0 }

  async function read(reader: RequestReader): Promise<IdentityReading> {
    const token = cookie === undefined ? readBearer(reader) : readCookie(reader, cookie)
    if (typeof token !== 'string') return token
    const verified = await verify(token)
    const known = verified.ok ? parsed.get(verified.claims) : undefined
    lookups[known === undefined ? 'misses' : 'hits'] += 1
    if (!verified.ok) return { ok: false, why: verified.reason }
    const identity = known ?? parseIdentity(toIdentity(verified.claims))
    parsed.set(verified.claims, identity)
    return identity.ok ? { ...identity, by: cookie === undefined ? 'header' : 'cookie' } : identity
  }

  return Object.freeze({ [JWT_IDENTITY]: true as const, read, lookups })
}

export function isJwtIdentity(value: unknown): value is JwtIdentity {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, JWT_IDENTITY)
}

function readBearer(reader: RequestReader): string | IdentityReading {
  const header = reader.header('authorization')
  if (header === undefined || !/^bearer(?: |$)/i.test(header)) return { ok: false, why: 'absent' }
  if (header.length > MAX_HEADER_LENGTH) return { ok: false, why: 'too_large' }
  // two headers, joined with a comma, are no token
  return BEARER.exec(header)?.[1] ?? { ok: false, why: 'malformed' }
}

function readCookie(reader: RequestReader, name: string): string | IdentityReading {
  return readCookies(reader.header('cookie')).get(name) ?? { ok: false, why: 'absent' }
}

function toIdentity(claims: Claims): Record<string, unknown> {
  const { sub, sid, acr, amr, auth_time: authTime } = claims
  return {
    subject: sub,
    session: sid,
    acr,
    amr,
    authTime: typeof authTime === 'number' ? new Date(authTime * 1000) : authTime,
    claims,
  }
}

function assertCookieName(cookie: unknown): void {
  if (cookie === undefined || (typeof cookie === 'string' && /^[\w!#$%&'*+.^`|~-]+$/.test(cookie)))
    return
  throw new ConfigurationError({
    code: 'cookie_name_malformed',
    path: 'cookie',
    problem: 'must be the name of a cookie',
    got: describeValue(cookie),
    fix: "Write the name alone, as cookie: '__Host-login'.",
  })
}
