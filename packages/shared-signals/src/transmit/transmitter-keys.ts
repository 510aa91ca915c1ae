// The keys of a transmitter: the first signs, all are published, so that tokens under way stay good while a key is changed.
import { ConfigurationError } from '@countersign/core'
import { importJWK, type JWK } from 'jose'
import { calculateJwkThumbprint } from 'jose/jwk/thumbprint'
import { SignJWT } from 'jose/jwt/sign'
import type { Claims } from './outbox.ts'

/** A private key as JWK with `alg`; without `kid` its thumbprint is its name. */
export type SigningKey = JWK

export interface TransmitterKeys {
  sign(claims: Claims): Promise<string>
  /** What others verify with: public members alone. */
  published(): Promise<{ readonly keys: readonly JWK[] }>
}

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519']
const PUBLIC = ['kty', 'crv', 'x', 'y', 'n', 'e'] as const

/** @throws ConfigurationError `signing_key_malformed` */
export function readSigningKeys(keys: unknown): TransmitterKeys {
  const list = (Array.isArray(keys) ? keys : [keys]) as readonly SigningKey[]
  if (list.length === 0 || !list.every(isPrivateKey)) throw badKey()
  const named = Promise.all(list.map(withKid))
  const signing = named.then(async ([first]) => {
    const { alg, kid } = first as Required<JWK>
    return { header: { alg, kid, typ: 'secevent+jwt' }, key: await importJWK(first as JWK, alg) }
  })
  // told by whoever signs first
  signing.catch(() => {})
  return {
    async sign(claims) {
      const { header, key } = await signing
      return await new SignJWT(claims).setProtectedHeader(header).sign(key)
    },
    async published() {
      return { keys: (await named).map(toPublic) }
    },
  }
}

function isPrivateKey(key: unknown): boolean {
  const { kty, alg, d } = (key ?? {}) as Partial<JWK>
  return typeof kty === 'string' && typeof d === 'string' && ALGORITHMS.includes(alg ?? '')
}

async function withKid(key: SigningKey): Promise<JWK> {
  return { ...key, kid: key.kid ?? (await calculateJwkThumbprint(toPublic(key))) }
}

/** By what it may have, never by what it may not: no private member is forgotten. */
function toPublic(key: JWK): JWK {
  const members = PUBLIC.flatMap((name) => (key[name] === undefined ? [] : [[name, key[name]]]))
  const { alg, kid } = key
  return { ...Object.fromEntries(members), ...(kid && { kid }), alg, use: 'sig' } as JWK
}

function badKey(): ConfigurationError {
  return new ConfigurationError({
    code: 'signing_key_malformed',
    path: 'keys',
    problem: `must be private keys as JWK, each with an alg of ${ALGORITHMS.join(', ')}`,
    // never the key itself
    got: 'another value',
    fix: 'Make one with jose: exportJWK((await generateKeyPair("RS256", { extractable: true })).privateKey), and add alg.',
  })
}
