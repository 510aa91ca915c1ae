// Operator keys: who may loosen on shared backends (law 12). A public key is listed, its private one signs.
import type { Position } from '../ports/position.ts'

/** A public JWK (RFC 7517) on P-256 or Ed25519: it verifies ES256 or EdDSA, and nothing else. */
export interface OperatorKey {
  readonly kty: string
  readonly crv?: string | undefined
  readonly x?: string | undefined
  readonly y?: string | undefined
  /** The key's thumbprint (RFC 7638). @default computed */
  readonly kid?: string | undefined
  /**
   * The last position at which what it signed counts: how a key is retired. It stays listed, for what it signed before has to
   * be verified wherever an instance reads the feed from an earlier place.
   */
  readonly until?: Position | undefined
  readonly [member: string]: unknown
}

/** Its private JWK: it signs what loosens, and stays with its operator. */
export interface OperatorPrivateKey extends OperatorKey {
  readonly d: string
}

export type OperatorAlgorithm = 'ES256' | 'EdDSA'

/** Pinned by the key's kind, never read from a signature (T43). `undefined`: no kind that can be listed. */
export function algorithmOf({ kty, crv }: OperatorKey): OperatorAlgorithm | undefined {
  if (kty === 'EC' && crv === 'P-256') return 'ES256'
  if (kty === 'OKP' && crv === 'Ed25519') return 'EdDSA'
  return undefined
}

/** What of it may be shown and listed. */
export function publicPartOf({ kty, crv, x, y, kid }: OperatorKey): OperatorKey {
  return { kty, crv, x, ...(y === undefined ? {} : { y }), ...(kid === undefined ? {} : { kid }) }
}
