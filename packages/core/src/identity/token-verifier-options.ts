// The options of the token verifier, checked once: which algorithms, with which keys (T43, T44).
import { ConfigurationError, describeValue } from '../configuration-error.ts'
import type { Clock } from '../ports/clock.ts'

/** Asymmetric algorithms take `jwksUri`, `jwks` or `key`; HS* take `secret`. The two never mix. */
export type SignatureAlgorithm =
  | `${'HS' | 'RS' | 'PS' | 'ES'}${'256' | '384' | '512'}`
  | 'EdDSA'
  | 'Ed25519'

const ALGORITHMS: Readonly<Record<SignatureAlgorithm, { readonly secretBytes?: number }>> = {
  HS256: { secretBytes: 32 },
  HS384: { secretBytes: 48 },
  HS512: { secretBytes: 64 },
  RS256: {},
  RS384: {},
  RS512: {},
  PS256: {},
  PS384: {},
  PS512: {},
  ES256: {},
  ES384: {},
  ES512: {},
  EdDSA: {},
  Ed25519: {},
}

/** A JSON Web Key Set or a member of one, as the IdP publishes it. */
export interface JsonWebKeySet {
  readonly keys: readonly JsonWebKeyLike[]
}
export interface JsonWebKeyLike {
  readonly kty: string
  readonly [parameter: string]: unknown
}

export interface TokenVerifierOptions {
  /** Compared exactly with `iss`. Without `jwksUri`, `jwks`, `key` and `secret` its OpenID configuration is asked for the keys. */
  readonly issuer: string
  /** One of these has to be in `aud`. */
  readonly audience: string | readonly string[]
  /** The only ones accepted, whatever token or key say. */
  readonly algorithms: readonly string[]
  /** https, or http on loopback. */
  readonly jwksUri?: string | undefined
  readonly jwks?: JsonWebKeySet | undefined
  /** One public key: SPKI in PEM, a JWK, or a CryptoKey. */
  readonly key?: string | JsonWebKeyLike | CryptoKey | undefined
  /** For HS*: at least as long as the hash, 32 bytes for HS256. A string counts as UTF-8. */
  readonly secret?: string | Uint8Array | undefined
  /** Refuses tokens issued (`iat`) longer ago. */
  readonly maxTokenAgeSeconds?: number | undefined
  /** @default the system's clock */
  readonly clock?: Clock | undefined
}

export type KeySource =
  | { readonly by: 'discovery'; readonly issuer: string }
  | { readonly by: 'uri'; readonly uri: URL }
  | { readonly by: 'set'; readonly jwks: JsonWebKeySet }
  | { readonly by: 'key'; readonly key: string | JsonWebKeyLike | CryptoKey }
  | { readonly by: 'secret'; readonly secret: Uint8Array<ArrayBuffer> }

const OPTION_NAMES: readonly string[] = [
  'issuer',
  'audience',
  'algorithms',
  'jwksUri',
  'jwks',
  'key',
  'secret',
  'maxTokenAgeSeconds',
  'clock',
] satisfies (keyof TokenVerifierOptions)[]
const SOURCES = ['jwksUri', 'jwks', 'key', 'secret'] as const

export function assertOptionNames(options: object, also: readonly string[] = []): void {
  const names = [...OPTION_NAMES, ...also]
  const wrong = Object.keys(options).find((name) => !names.includes(name))
  if (wrong === undefined) return
  throw refuse(
    'option_unknown',
    wrong,
    'is no option of a token verifier',
    'it',
    `Use one of ${names.join(', ')}.`,
  )
}

export function readAudience(audience: unknown): ReadonlySet<string> {
  const list = typeof audience === 'string' ? [audience] : audience
  if (
    Array.isArray(list) &&
    list.length > 0 &&
    list.every((name) => typeof name === 'string' && name !== '')
  ) {
    return new Set(list)
  }
  throw refuse(
    'audience_missing',
    'audience',
    'must name who the tokens are for, or tokens for other services would be accepted',
    describeValue(audience),
    "Write the value that your IdP puts into aud, as audience: 'https://api.shop.example'.",
  )
}

export function readIssuer(issuer: unknown): string {
  if (typeof issuer === 'string' && issuer !== '') return issuer
  throw refuse(
    'issuer_missing',
    'issuer',
    'must be the issuer of the tokens',
    describeValue(issuer),
    "Write the value that your IdP puts into iss, as issuer: 'https://idp.example'.",
  )
}

export function readMaxTokenAge(seconds: unknown): number | undefined {
  if (seconds === undefined || (typeof seconds === 'number' && seconds > 0)) return seconds
  throw refuse(
    'max_token_age_malformed',
    'maxTokenAgeSeconds',
    'must be a number of seconds',
    describeValue(seconds),
    'Write maxTokenAgeSeconds: 3600 for an hour.',
  )
}

export function readAlgorithms(algorithms: unknown): readonly SignatureAlgorithm[] {
  const list: readonly unknown[] = Array.isArray(algorithms) ? algorithms : []
  const wrong = list.find((name) => !isAlgorithm(name))
  if (list.length === 0 || wrong !== undefined) {
    throw refuse(
      'algorithms_malformed',
      'algorithms',
      'must list the signature algorithms that are accepted',
      describeValue(wrong ?? algorithms),
      `Write what your IdP signs with, as algorithms: ['RS256']. Known: ${Object.keys(ALGORITHMS).join(', ')}.`,
    )
  }
  const known = list.filter(isAlgorithm)
  // with both, a public key could be presented as the secret of an HMAC
  if (new Set(known.map(isSymmetric)).size > 1) {
    throw refuse(
      'algorithms_mixed',
      'algorithms',
      'must not mix HS* with public-key algorithms',
      known.join(', '),
      'Make one verifier for each.',
    )
  }
  return [...new Set(known)]
}

export function readKeySource(
  options: TokenVerifierOptions,
  algorithms: readonly SignatureAlgorithm[],
): KeySource {
  const given = SOURCES.filter((name) => options[name] !== undefined)
  const [source] = given
  if (given.length > 1) {
    throw refuse(
      'keys_ambiguous',
      given.join(', '),
      'must not be given together',
      'all of them',
      'Keep one of them.',
    )
  }
  if (algorithms.some(isSymmetric) !== (source === 'secret')) {
    throw refuse(
      'keys_of_other_kind',
      source ?? 'secret',
      'must fit the algorithms: HS* take a secret, all others a jwksUri, jwks or key',
      `algorithms ${algorithms.join(', ')} with ${source ?? 'no secret'}`,
      'Give the keys that your IdP signs with.',
    )
  }
  if (options.jwksUri !== undefined)
    return { by: 'uri', uri: readKeysUri(options.jwksUri, 'jwksUri') }
  if (options.jwks !== undefined) return { by: 'set', jwks: readSet(options.jwks) }
  if (options.key !== undefined) return { by: 'key', key: readKey(options.key) }
  if (options.secret !== undefined)
    return { by: 'secret', secret: readSecret(options.secret, algorithms) }
  readKeysUri(options.issuer, 'issuer')
  return { by: 'discovery', issuer: options.issuer }
}

function isAlgorithm(name: unknown): name is SignatureAlgorithm {
  return typeof name === 'string' && Object.hasOwn(ALGORITHMS, name)
}

function isSymmetric(algorithm: SignatureAlgorithm): boolean {
  return algorithm.startsWith('HS')
}

/** Keys that came over plain http could be anybody's. */
export function readKeysUri(uri: unknown, path: string): URL {
  const url = typeof uri === 'string' && URL.canParse(uri) ? new URL(uri) : undefined
  const loopback = url !== undefined && /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname)
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback)) return url
  throw refuse(
    'keys_uri_malformed',
    path,
    'must be an https URL, for keys are fetched from it',
    describeValue(uri),
    "Write jwksUri: 'https://idp.example/keys', or give the keys as jwks.",
  )
}

function readSet(jwks: unknown): JsonWebKeySet {
  const keys: unknown = (jwks as { keys?: unknown } | null)?.keys
  if (Array.isArray(keys) && keys.every((key) => isPublicJwk(key))) return { keys: [...keys] }
  throw refuse(
    'jwks_malformed',
    'jwks',
    'must be a JSON Web Key Set of public keys',
    'something else',
    'Write jwks: { keys: [ … ] } with what the IdP publishes.',
  )
}

function readKey(key: unknown): string | JsonWebKeyLike | CryptoKey {
  if (typeof key === 'string' && /^\s*-----BEGIN PUBLIC KEY-----/.test(key)) return key
  if (key instanceof CryptoKey ? key.type === 'public' : isPublicJwk(key)) {
    return key as JsonWebKeyLike | CryptoKey
  }
  throw refuse(
    'key_malformed',
    'key',
    'must be one public key',
    'something else',
    'Give an SPKI PEM (-----BEGIN PUBLIC KEY-----), a public JWK or a public CryptoKey; for HS* use secret.',
  )
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
    throw refuse(
      'secret_is_a_key',
      'secret',
      'must not be a PEM, a certificate or a JWK: whoever has the public key could sign',
      'what looks like one',
      "Give it as key with a public-key algorithm, as algorithms: ['RS256'].",
    )
  }
  const needed = Math.max(...algorithms.map(secretBytes))
  if (bytes !== undefined && bytes.length >= needed) return bytes
  throw refuse(
    'secret_too_short',
    'secret',
    `must have at least ${needed} bytes for ${algorithms.join(', ')} (RFC 7518, 3.2)`,
    bytes === undefined ? 'no string or bytes' : `${bytes.length}`,
    'Make one with: node -p "crypto.randomBytes(64).toString(\'base64url\')"',
  )
}

function secretBytes(algorithm: SignatureAlgorithm): number {
  const entry: { readonly secretBytes?: number } = ALGORITHMS[algorithm]
  return entry.secretBytes ?? 0
}

function looksPublic(text: string): boolean {
  return /-----\s*BEGIN|^\s*ssh-(?:rsa|ed25519)|^\s*\{\s*"|^\s*MII[A-Za-z0-9+/]{40}/.test(text)
}

function refuse(
  code: string,
  option: string,
  problem: string,
  got: string,
  fix: string,
): ConfigurationError {
  return new ConfigurationError({ code, path: option, problem, got, fix })
}
