// Verifies JWTs with pinned algorithms, and remembers the ones it has verified.
import { JOSEError } from 'jose/errors'
import { compactVerify } from 'jose/jws/compact/verify'
import { LRUCache } from 'lru-cache'
import { systemClock } from '../ports/clock.ts'
import { isCanonicalToken } from '../seal/is-canonical-token.ts'
import { type ClaimFailure, type Claims, checkClaims, checkTimes } from './check-claims.ts'
import type { TokenKeys } from './find-keys.ts'
import { prepareKeys } from './prepare-keys.ts'
import { readKeySource } from './read-key-source.ts'
import { readTokenHeader, type TokenHeader } from './read-token-header.ts'
import { readAlgorithms } from './signature-algorithms.ts'
import { toClaims } from './to-claims.ts'
import {
  assertOptionNames,
  readAudience,
  readIssuer,
  readMaxTokenAge,
  type TokenVerifierOptions,
} from './token-verifier-options.ts'

export type TokenFailure =
  | 'malformed'
  | 'too_large'
  | 'type_not_allowed'
  | 'algorithm_not_allowed'
  | 'critical_not_understood'
  | 'key_not_found'
  | 'keys_unavailable'
  | 'signature_invalid'
  | ClaimFailure

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
  const algorithms = readAlgorithms(options.algorithms)
  const expected = {
    issuer: readIssuer(options.issuer),
    audience: readAudience(options.audience),
    maxTokenAgeSeconds: readMaxTokenAge(options.maxTokenAgeSeconds),
  }
  const clock = options.clock ?? systemClock
  const keys = prepareKeys(readKeySource(options, algorithms), clock)
  const remembered = new LRUCache<string, Remembered>({ max: MAX_REMEMBERED })

  return async function verifyToken(token) {
    if (typeof token !== 'string') return refuse('malformed')
    const tail = token.slice(-TAIL_LENGTH)
    const epoch = keys.epoch()
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
    if (token.length > MAX_TOKEN_LENGTH) return refuse('too_large')
    if (!isCanonicalToken(token, 3)) return refuse('malformed')
    const read = readTokenHeader(token, algorithms)
    if (!read.ok) return read
    const payload = await verifyWithKeys(token, read.header, keys)
    if (!(payload instanceof Uint8Array)) return refuse(payload)
    const claims = toClaims(payload)
    if (claims === undefined) return refuse('malformed')
    const failure = checkClaims(claims, expected)
    return failure === undefined ? { ok: true, claims } : refuse(failure)
  }

  /** Not where the keys changed, or could not be told, since the verification began: it may have used the old ones. */
  function remember(
    tail: string,
    token: string,
    before: number | undefined,
    result: Remembered['result'],
  ): void {
    const epoch = keys.epoch()
    if (epoch !== undefined && epoch === before) remembered.set(tail, { token, epoch, result })
  }
}

async function verifyWithKeys(
  token: string,
  { alg, kid }: TokenHeader,
  keys: TokenKeys,
): Promise<Uint8Array | TokenFailure> {
  const found = await keys.find(alg, kid)
  if (!found.ok) return found.reason
  for (const key of found.keys) {
    try {
      return (await compactVerify(token, key, { algorithms: [alg] })).payload
    } catch (error) {
      // a key that jose refuses to use (too short, of another kind) is a fault of the set-up, not of the token
      if (!(error instanceof JOSEError)) return 'keys_unavailable'
    }
  }
  return 'signature_invalid'
}

function refuse(reason: TokenFailure): { readonly ok: false; readonly reason: TokenFailure } {
  return { ok: false, reason }
}
