// T44: an HMAC secret that was the identity provider's public key: whoever had that could sign (fast-jwt CVE-2026-34950,
// which looked for a PEM at the very beginning of the text only).
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import * as express from '@countersign/express'
import * as koa from '@countersign/koa'
import * as next from '@countersign/next'
import { describe, expect, test } from 'vitest'
import { AUDIENCE, guardOptions, ISSUER } from './support/own-guards.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey
const pem = String(rsa.export({ type: 'spki', format: 'pem' }))
const pkcs1 = String(rsa.export({ type: 'pkcs1', format: 'pem' }))

const SECRETS: Readonly<Record<string, string | Uint8Array>> = {
  'a PEM': pem,
  'a PEM of PKCS #1': pkcs1,
  'a PEM of an elliptic curve': String(ec.export({ type: 'spki', format: 'pem' })),
  'a PEM behind blanks and line breaks': `\n \t${pem}`,
  'a PEM behind a byte order mark': `\ufeff${pem}`,
  'a PEM behind a comment': `# the key of the IdP\n${pem}`,
  'a PEM as bytes': new TextEncoder().encode(pem),
  'the body of a PEM': pem.replace(/-----[A-Z ]+-----/g, '').trim(),
  'a certificate': `-----BEGIN CERTIFICATE-----\n${pem.split('\n').slice(1, -2).join('\n')}\n-----END CERTIFICATE-----`,
  'a JWK': JSON.stringify(createPublicKey(pem).export({ format: 'jwk' })),
  'an SSH key': `ssh-rsa ${rsa.export({ type: 'pkcs1', format: 'der' }).toString('base64')} idp`,
}

describe.each(Object.entries({ Express: express, Koa: koa, Next: next }))(
  'a guard on %s',
  (_name, { createGuard, jwtIdentity, memoryBackend }) => {
    const makeGuard = (secret: string | Uint8Array) =>
      createGuard({
        ...guardOptions('hs256'),
        backend: memoryBackend(),
        identity: jwtIdentity({
          issuer: ISSUER,
          audience: AUDIENCE,
          algorithms: ['HS256'],
          secret,
        }),
      })

    test.each(Object.entries(SECRETS))('T44: is not made with %s for a secret', (_what, secret) => {
      let refused: unknown
      try {
        makeGuard(secret)
      } catch (error) {
        refused = error
      }
      expect(refused).toMatchObject({ code: 'secret_is_a_key', path: 'secret' })
      // nothing of it in what is told
      expect(String(refused)).not.toContain(pem.slice(60, 90))
    })

    test('T44: is made with a real secret', async () => {
      const guard = makeGuard('kXq3w7c0n5u9b1v8s2m4r6t0y3z7a5d9')
      await guard.close()
    })
  },
)
