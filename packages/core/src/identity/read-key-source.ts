// Where a token verifier has its keys from: one source, of the kind that its algorithms take (T44).
import { ConfigurationError, describeValue } from '../configuration-error.ts'
import { isSymmetric, type SignatureAlgorithm, secretBytes } from './signature-algorithms.ts'
import type {
  JsonWebKeyLike,
  JsonWebKeySet,
  TokenVerifierOptions,
} from './token-verifier-options.ts'

export type KeySource =
  | { readonly by: 'discovery'; readonly issuer: string; readonly url: URL }
  | { readonly by: 'uri'; readonly uri: URL }
  | { readonly by: 'set'; readonly jwks: JsonWebKeySet }
  | { readonly by: 'key'; readonly key: string | JsonWebKeyLike | CryptoKey }
  | { readonly by: 'secret'; readonly secret: Uint8Array<ArrayBuffer> }

/** Where the document is in which an issuer tells its `jwks_uri`. */
export type DiscoveryUrl = (issuer: URL) => URL

type KeyOptions = Pick<TokenVerifierOptions, 'issuer' | 'jwksUri' | 'jwks' | 'key' | 'secret'>

const SOURCES = ['jwksUri', 'jwks', 'key', 'secret'] as const

export function readKeySource(
  options: KeyOptions,
  algorithms: readonly SignatureAlgorithm[],
  discoveryUrl: DiscoveryUrl = openidConfiguration,
): KeySource {
  const given = SOURCES.filter((name) => options[name] !== undefined)
  const [source] = given
  if (given.length > 1) {
    throw new ConfigurationError({
      code: 'keys_ambiguous',
      path: given.join(', '),
      problem: 'must not be given together',
      got: 'all of them',
      fix: 'Keep one of them.',
    })
  }
  if (algorithms.some(isSymmetric) !== (source === 'secret')) {
    throw new ConfigurationError({
      code: 'keys_of_other_kind',
      path: source ?? 'secret',
      problem: 'must fit the algorithms: HS* take a secret, all others a jwksUri, jwks or key',
      got: `algorithms ${algorithms.join(', ')} with ${source ?? 'no secret'}`,
      fix: 'Give the keys that your IdP signs with.',
    })
  }
  if (options.jwksUri !== undefined)
    return { by: 'uri', uri: readKeysUri(options.jwksUri, 'jwksUri') }
  if (options.jwks !== undefined) return { by: 'set', jwks: readSet(options.jwks) }
  if (options.key !== undefined) return { by: 'key', key: readKey(options.key) }
  if (options.secret !== undefined)
    return { by: 'secret', secret: readSecret(options.secret, algorithms) }
  const url = discoveryUrl(readKeysUri(options.issuer, 'issuer'))
  return { by: 'discovery', issuer: options.issuer, url }
}

/** OpenID Connect Discovery 1.0, section 4. */
function openidConfiguration(issuer: URL): URL {
  return new URL(`${issuer.href.replace(/\/$/, '')}/.well-known/openid-configuration`)
}

/** Keys that came over plain http could be anybody's. */
export function readKeysUri(uri: unknown, path: string): URL {
  const url = typeof uri === 'string' && URL.canParse(uri) ? new URL(uri) : undefined
  const loopback = url !== undefined && /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname)
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback)) return url
  throw new ConfigurationError({
    code: 'keys_uri_malformed',
    path,
    problem: 'must be an https URL, for keys are fetched from it',
    got: describeValue(uri),
    fix: "Write jwksUri: 'https://idp.example/keys', or give the keys as jwks.",
  })
}

function readSet(jwks: unknown): JsonWebKeySet {
  const keys: unknown = (jwks as { keys?: unknown } | null)?.keys
  if (Array.isArray(keys) && keys.every((key) => isPublicJwk(key))) return { keys: [...keys] }
  throw new ConfigurationError({
    code: 'jwks_malformed',
    path: 'jwks',
    problem: 'must be a JSON Web Key Set of public keys',
    got: 'something else',
    fix: 'Write jwks: { keys: [ … ] } with what the IdP publishes.',
  })
}

function readKey(key: unknown): string | JsonWebKeyLike | CryptoKey {
  if (typeof key === 'string' && /^\s*-----BEGIN PUBLIC KEY-----/.test(key)) return key
  if (key instanceof CryptoKey ? key.type === 'public' : isPublicJwk(key)) {
    return key as JsonWebKeyLike | CryptoKey
  }
  throw new ConfigurationError({
    code: 'key_malformed',
    path: 'key',
    problem: 'must be one public key',
    got: 'something else',
    fix: 'Give an SPKI PEM (-----BEGIN PUBLIC KEY-----), a public JWK or a public CryptoKey; for HS* use secret.',
  })
}

function isPublicJwk(key: unknown): key is JsonWebKeyLike {
  if (typeof key !== 'object' || key === null) return false
  const { kty, d, k } = key as { readonly [parameter: string]: unknown }
  return typeof kty === 'string' && kty !== 'oct' && d === undefined && k === undefined
}

function readSecret(
  secret: unknown,
  algorithms: readonly SignatureAlgorithm[],
): Uint8Array<ArrayBuffer> {
  const bytes =
    typeof secret === 'string'
      ? new TextEncoder().encode(secret)
      : secret instanceof Uint8Array
        ? new Uint8Array(secret)
        : undefined
  if (bytes !== undefined && looksPublic(new TextDecoder().decode(bytes))) {
    throw new ConfigurationError({
      code: 'secret_is_a_key',
      path: 'secret',
      problem: 'must not be a PEM, a certificate or a JWK: whoever has the public key could sign',
      got: 'what looks like one',
      fix: "Give it as key with a public-key algorithm, as algorithms: ['RS256'].",
    })
  }
  const needed = Math.max(...algorithms.map(secretBytes))
  if (bytes !== undefined && bytes.length >= needed) return bytes
  throw new ConfigurationError({
    code: 'secret_too_short',
    path: 'secret',
    problem: `must have at least ${needed} bytes for ${algorithms.join(', ')} (RFC 7518, 3.2)`,
    got: bytes === undefined ? 'no string or bytes' : `${bytes.length}`,
    fix: 'Make one with: node -p "crypto.randomBytes(64).toString(\'base64url\')"',
  })
}

function looksPublic(text: string): boolean {
  return /-----\s*BEGIN|^\s*ssh-(?:rsa|ed25519)|^\s*\{\s*"|^\s*MII[A-Za-z0-9+/]{40}/.test(text)
}
