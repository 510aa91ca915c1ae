// Which signature algorithms tokens may have: pinned by the options, never read from a token (T43).
import { ConfigurationError, describeValue } from '../configuration-error.ts'

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

export function readAlgorithms(algorithms: unknown): readonly SignatureAlgorithm[] {
  const list: readonly unknown[] = Array.isArray(algorithms) ? algorithms : []
  const wrong = list.find((name) => !isAlgorithm(name))
  if (list.length === 0 || wrong !== undefined) {
    throw new ConfigurationError({
      code: 'algorithms_malformed',
      path: 'algorithms',
      problem: 'must list the signature algorithms that are accepted',
      got: describeValue(wrong ?? algorithms),
      fix: `Write what your IdP signs with, as algorithms: ['RS256']. Known: ${Object.keys(ALGORITHMS).join(', ')}.`,
    })
  }
  const known = list.filter(isAlgorithm)
  // with both, a public key could be presented as the secret of an HMAC
  if (new Set(known.map(isSymmetric)).size > 1) {
    throw new ConfigurationError({
      code: 'algorithms_mixed',
      path: 'algorithms',
      problem: 'must not mix HS* with public-key algorithms',
      got: known.join(', '),
      fix: 'Make one verifier for each.',
    })
  }
  return [...new Set(known)]
}

function isAlgorithm(name: unknown): name is SignatureAlgorithm {
  return typeof name === 'string' && Object.hasOwn(ALGORITHMS, name)
}

export function isSymmetric(algorithm: SignatureAlgorithm): boolean {
  return algorithm.startsWith('HS')
}

/** How long a secret has to be for it; 0 where it takes none. */
export function secretBytes(algorithm: SignatureAlgorithm): number {
  const entry: { readonly secretBytes?: number } = ALGORITHMS[algorithm]
  return entry.secretBytes ?? 0
}
