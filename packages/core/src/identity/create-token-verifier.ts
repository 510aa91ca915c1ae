// Verifies JWTs with pinned algorithms, and remembers the ones it has verified.
import { LRUCache } from 'lru-cache'
import { systemClock } from '../ports/clock.ts'
import { type ClaimFailure, type Claims, checkClaims, checkTimes } from './check-claims.ts'
import { createSignatureVerifier, type SignatureFailure } from './create-signature-verifier.ts'
import {
  assertOptionNames,
  readAudience,
  readIssuer,
  readMaxTokenAge,
  type TokenVerifierOptions,
} from './token-verifier-options.ts'

export type TokenFailure = SignatureFailure | ClaimFailure

export type VerifiedToken =
  /** Deeply frozen, and the same object for the same token, for as long as it is remembered. */
  | { readonly ok: true; readonly claims: Claims }
  | { readonly ok: false; readonly reason: TokenFailure }

export type VerifyToken = (token: string) => Promise<VerifiedToken>

interface Remembered {
  readonly token: string
  readonly epoch: number
  readonly result: VerifiedToken & { readonly ok: true }
}

const MAX_TOKEN_LENGTH = 8192
/** RFC 8725, 3.11: a logout token, a security event or one of our own tickets is no access token. */
const TYPES: ReadonlySet<string | undefined> = new Set([
  undefined,
  'jwt',
  'at+jwt',
  'application/jwt',
  'application/at+jwt',
])
const MAX_REMEMBERED = 4096
/** 132 random bits of the signature. Only a key: the whole token is compared on a hit, so users never mix. */
const TAIL_LENGTH = 22

/**
 * Makes a function that verifies compact JWTs and answers with their claims or with a reason, and never rejects.
 *
 * Accepted are only tokens signed with one of `algorithms` (never what the token or the key says, RFC 8725, 3.1), in their
 * one canonical spelling, with `iss`, `aud` and `exp`, of the types `JWT` and `at+jwt` or without. `exp` has no leeway;
 * `nbf`, `iat` and `auth_time` may lie 30 s ahead. A verified token is remembered, at most until its `exp`, until its
 * keys change, or until they are 10 minutes old: a key that was withdrawn counts no longer than that.
 *
 * @throws ConfigurationError `algorithms_malformed`, `algorithms_mixed`, `audience_missing`, `issuer_missing`,
 *   `keys_ambiguous`, `keys_of_other_kind`, `keys_uri_malformed`, `jwks_malformed`, `key_malformed`,
 *   `secret_is_a_key`, `secret_too_short`, `max_token_age_malformed`, `option_unknown`
 * @example
 * const verify = createTokenVerifier({
 *   issuer: 'https://idp.example',
 *   audience: 'https://api.shop.example',
 *   algorithms: ['RS256'],
 *   jwksUri: 'https://idp.example/keys',
 * })
 * const verified = await verify(token)
 * if (verified.ok) console.log(verified.claims.sub)
 */
export function createTokenVerifier(options: TokenVerifierOptions): VerifyToken {
  assertOptionNames(options)
  const expected = {
    issuer: readIssuer(options.issuer),
    audience: readAudience(options.audience),
    maxTokenAgeSeconds: readMaxTokenAge(options.maxTokenAgeSeconds),
  }
  const clock = options.clock ?? systemClock
  const signatures = createSignatureVerifier({
    ...options,
    clock,
    types: TYPES,
    maxLength: MAX_TOKEN_LENGTH,
  })
  const remembered = new LRUCache<string, Remembered>({ max: MAX_REMEMBERED })

  return async function verifyToken(token) {
    if (typeof token !== 'string') return refuse('malformed')
    const tail = token.slice(-TAIL_LENGTH)
    const epoch = signatures.epoch()
    const hit = remembered.get(tail)
    const result =
      hit !== undefined && hit.token === token && hit.epoch === epoch
        ? hit.result
        : await verifySignature(token)
    if (!result.ok) return result
    const failure = checkTimes(result.claims, expected, clock.now())
    if (failure !== undefined) remembered.delete(tail)
    else if (result !== hit?.result) remember(tail, token, epoch, result)
    return failure === undefined ? result : refuse(failure)
  }

  async function verifySignature(token: string): Promise<VerifiedToken> {
    const verified = await signatures.verify(token)
    if (!verified.ok) return verified
    const failure = checkClaims(verified.claims, expected)
    return failure === undefined ? verified : refuse(failure)
  }

  /** Not where the keys changed, or could not be told, since the verification began: it may have used the old ones. */
  function remember(
    tail: string,
    token: string,
    before: number | undefined,
    result: Remembered['result'],
  ): void {
    const epoch = signatures.epoch()
    if (epoch !== undefined && epoch === before) remembered.set(tail, { token, epoch, result })
  }
}

function refuse(reason: TokenFailure): { readonly ok: false; readonly reason: TokenFailure } {
  return { ok: false, reason }
}
