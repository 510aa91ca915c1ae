// Keys and tokens for the tests: real ones, signed by jose, and hand-made ones that no library would sign.
import { base64url, exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import type { Clock } from '../../src/ports/clock.ts'

export const ISSUER = 'https://idp.example'
export const AUDIENCE = 'https://api.example'
export const SECRET = 'a secret of at least sixty-four bytes, for the longest of the three: HS512'
export const NOW = 1_800_000_000_000
export const NOW_SECONDS = NOW / 1000

export interface TestClock extends Clock {
  at: number
}
export function testClock(): TestClock {
  return {
    at: NOW,
    now() {
      return this.at
    },
    monotonic() {
      return this.at
    },
  }
}

export function claims(changes: JWTPayload = {}): JWTPayload {
  return { iss: ISSUER, aud: AUDIENCE, sub: 'alice', exp: NOW_SECONDS + 600, ...changes }
}

export function hs256(
  payload: JWTPayload = claims(),
  header: object = {},
  secret = SECRET,
): Promise<string> {
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'HS256', ...header })
    .sign(new TextEncoder().encode(secret))
}

/** An HMAC over any header and payload texts whatever. */
export async function rawHs256(header: string, payload: string): Promise<string> {
  const bytes = new TextEncoder()
  const input = `${base64url.encode(header)}.${base64url.encode(payload)}`
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', bytes.encode(SECRET), algorithm, false, ['sign'])
  const signature = new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes.encode(input)))
  return `${input}.${base64url.encode(signature)}`
}

export async function keyPair(alg: string, kid: string) {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = {
    ...(await exportJWK(publicKey)),
    kty: String((await exportJWK(publicKey)).kty),
    kid,
  }
  return {
    jwk,
    publicKey,
    privateKey,
    pem: await exportSPKI(publicKey),
    sign: (payload: JWTPayload = claims(), header: object = { kid }) =>
      new SignJWT(payload).setProtectedHeader({ alg, ...header }).sign(privateKey),
  }
}
