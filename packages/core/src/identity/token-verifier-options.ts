// The options of the token verifier, and those of them that are checked by themselves.
import { ConfigurationError, describeValue } from '../configuration-error.ts'
import { didYouMean } from '../did-you-mean.ts'
import type { Clock } from '../ports/clock.ts'

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
export function assertOptionNames(options: object): void {
  const wrong = Object.keys(options).find((name) => !OPTION_NAMES.includes(name))
  if (wrong === undefined) return
  const meant = didYouMean(wrong, OPTION_NAMES)
  throw new ConfigurationError({
    code: 'option_unknown',
    path: wrong,
    problem: 'is no option of a token verifier',
    got: 'it',
    fix: `${meant === undefined ? '' : `Did you mean ${meant}? `}Use one of ${OPTION_NAMES.join(', ')}.`,
  })
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
  throw new ConfigurationError({
    code: 'audience_missing',
    path: 'audience',
    problem: 'must name who the tokens are for, or tokens for other services would be accepted',
    got: describeValue(audience),
    fix: "Write the value that your IdP puts into aud, as audience: 'https://api.shop.example'.",
  })
}

export function readIssuer(issuer: unknown): string {
  if (typeof issuer === 'string' && issuer !== '') return issuer
  throw new ConfigurationError({
    code: 'issuer_missing',
    path: 'issuer',
    problem: 'must be the issuer of the tokens',
    got: describeValue(issuer),
    fix: "Write the value that your IdP puts into iss, as issuer: 'https://idp.example'.",
  })
}

export function readMaxTokenAge(seconds: unknown): number | undefined {
  if (seconds === undefined || (typeof seconds === 'number' && seconds > 0)) return seconds
  throw new ConfigurationError({
    code: 'max_token_age_malformed',
    path: 'maxTokenAgeSeconds',
    problem: 'must be a number of seconds',
    got: describeValue(seconds),
    fix: 'Write maxTokenAgeSeconds: 3600 for an hour.',
  })
}
