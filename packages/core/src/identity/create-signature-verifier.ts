// Verifies the signature of compact JWTs of given types with pinned algorithms and keys. What the claims mean is the
// caller's to judge: access tokens and security events have rules of their own.
import { JOSEError } from 'jose/errors'
import { compactVerify } from 'jose/jws/compact/verify'
import { systemClock } from '../ports/clock.ts'
import { isCanonicalToken } from '../seal/is-canonical-token.ts'
import type { Claims } from './check-claims.ts'
import type { TokenKeys } from './find-keys.ts'
import { prepareKeys } from './prepare-keys.ts'
import { type DiscoveryUrl, readKeySource } from './read-key-source.ts'
import { readTokenHeader, type TokenHeader } from './read-token-header.ts'
import { readAlgorithms } from './signature-algorithms.ts'
import { toClaims } from './to-claims.ts'
import type { TokenVerifierOptions } from './token-verifier-options.ts'

export type SignatureFailure =
  | 'malformed'
  | 'too_large'
  | 'type_not_allowed'
  | 'algorithm_not_allowed'
  | 'critical_not_understood'
  | 'key_not_found'
  | 'keys_unavailable'
  | 'signature_invalid'

export type VerifiedSignature =
  /** Deeply frozen. */
  | { readonly ok: true; readonly claims: Claims }
  | { readonly ok: false; readonly reason: SignatureFailure }

export type SignatureVerifierOptions = Pick<
  TokenVerifierOptions,
  'issuer' | 'algorithms' | 'jwksUri' | 'jwks' | 'key' | 'secret' | 'clock'
> & {
  /** The `typ` values that are accepted, in lower case; `undefined` among them: a token without. */
  readonly types: ReadonlySet<string | undefined>
  /** In characters; longer tokens are refused unread. */
  readonly maxLength: number
  /** Where `issuer` tells its `jwks_uri`, if no keys are given. @default its OpenID configuration */
  readonly discoveryUrl?: DiscoveryUrl | undefined
}

export interface SignatureVerifier {
  /** Never rejects. */
  verify(token: string): Promise<VerifiedSignature>
  /** Changes with the keys; `undefined` while they are out of date: see `TokenKeys`. */
  epoch(): number | undefined
}

/**
 * Accepted is only a token in its one canonical spelling, of one of `types`, signed with one of `algorithms` (never what
 * the token or the key says, RFC 8725, 3.1), without any `crit` (RFC 7515, 4.1.11).
 *
 * @throws ConfigurationError `algorithms_malformed`, `algorithms_mixed`, `keys_ambiguous`, `keys_of_other_kind`,
 *   `keys_uri_malformed`, `jwks_malformed`, `key_malformed`, `secret_is_a_key`, `secret_too_short`
 */
export function createSignatureVerifier(options: SignatureVerifierOptions): SignatureVerifier {
  const { types, maxLength, discoveryUrl } = options
  const algorithms = readAlgorithms(options.algorithms)
  const source = readKeySource(options, algorithms, discoveryUrl)
  const keys = prepareKeys(source, options.clock ?? systemClock)

  async function verify(token: string): Promise<VerifiedSignature> {
    if (typeof token !== 'string') return refuse('malformed')
    if (token.length > maxLength) return refuse('too_large')
    if (!isCanonicalToken(token, 3)) return refuse('malformed')
    const read = readTokenHeader(token, algorithms, types)
    if (!read.ok) return read
    const payload = await verifyWithKeys(token, read.header, keys)
    if (!(payload instanceof Uint8Array)) return refuse(payload)
    const claims = toClaims(payload)
    return claims === undefined ? refuse('malformed') : { ok: true, claims }
  }

  return { verify, epoch: () => keys.epoch() }
}

async function verifyWithKeys(
  token: string,
  { alg, kid }: TokenHeader,
  keys: TokenKeys,
): Promise<Uint8Array | SignatureFailure> {
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

function refuse(reason: SignatureFailure): {
  readonly ok: false
  readonly reason: SignatureFailure
} {
  return { ok: false, reason }
}
