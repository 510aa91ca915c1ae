// An identity provider, and whoever would like to be one: tokens put together by hand, so that they can be wrong.
import {
  constants,
  createHmac,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign as signBytes,
} from 'node:crypto'
import { AUDIENCE, ISSUER, type OwnKeys } from './own-guards.ts'

export interface Idp {
  readonly keys: OwnKeys
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
  /** A good token, but for what is changed. `undefined` leaves a claim out. */
  token(
    claims?: Readonly<Record<string, unknown>>,
    header?: Readonly<Record<string, unknown>>,
  ): string
}

/** Its JWK bears no `alg`: what a token may be signed with stands in the guard's options alone. */
export function createIdp(): Idp {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = { ...publicKey.export({ format: 'jwk' }), kty: 'RSA', kid: 'k1', use: 'sig' }
  return {
    keys: { jwks: { keys: [jwk] }, secret: randomBytes(48).toString('base64url') },
    publicKey,
    privateKey,
    token: (claims, header) =>
      jws(
        encode({ alg: 'RS256', typ: 'JWT', kid: 'k1', ...header }),
        encode(goodClaims(claims)),
        rs256(privateKey),
      ),
  }
}

export function goodClaims(changed: Readonly<Record<string, unknown>> = {}): object {
  const now = Math.floor(Date.now() / 1000)
  const claims = { iss: ISSUER, aud: AUDIENCE, sub: 'alice', sid: 's1', acr: 'aal1', amr: ['pwd'] }
  return { ...claims, iat: now, auth_time: now, exp: now + 600, ...changed }
}

export type Signer = (input: string) => Buffer

export function rs256(key: KeyObject): Signer {
  return (input) => signBytes('sha256', Buffer.from(input), key)
}

export function rs384(key: KeyObject): Signer {
  return (input) => signBytes('sha384', Buffer.from(input), key)
}

export function ps256(key: KeyObject): Signer {
  const padding = constants.RSA_PKCS1_PSS_PADDING
  return (input) => signBytes('sha256', Buffer.from(input), { key, padding, saltLength: 32 })
}

export function hs(hash: 'sha256' | 'sha384' | 'sha512', secret: string | Buffer): Signer {
  return (input) => createHmac(hash, secret).update(input).digest()
}

/** Of segments that are encoded already. */
export function jws(header: string, payload: string, signer: Signer): string {
  return `${header}.${payload}.${signer(`${header}.${payload}`).toString('base64url')}`
}

export function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
