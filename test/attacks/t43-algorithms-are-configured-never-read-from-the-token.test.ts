// T43: a token chose the algorithm, or the key, that it was verified with; a JWK without `alg` left the choice to it
// (Hono CVE-2026-22817, and the HS256-with-the-public-key confusion of 2015).
import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { createIdp, encode, goodClaims, hs, jws, ps256, rs256, rs384 } from './support/idp.ts'
import { forEachOwnApp } from './support/own-apps.ts'
import { rawRequest } from './support/raw-request.ts'

const idp = createIdp()
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 })
const strangersJwk = { ...stranger.publicKey.export({ format: 'jwk' }), kid: 'k1' }
const claims = encode(goodClaims())
const header = (alg: string | undefined, more: object = {}) =>
  encode({ alg, typ: 'JWT', kid: 'k1', ...more })
const spki = idp.publicKey.export({ type: 'spki', format: 'pem' })
const der = idp.publicKey.export({ type: 'spki', format: 'der' })
const modulus = Buffer.from(String(idp.publicKey.export({ format: 'jwk' }).n), 'base64url')
const jwkText = JSON.stringify(idp.keys.jwks.keys[0])
const theirs = rs256(stranger.privateKey)

const FORGED_RS256: Readonly<Record<string, string>> = {
  'alg none, without a signature': `${header('none')}.${claims}.`,
  'alg None, with a signature': jws(header('None'), claims, rs256(idp.privateKey)),
  'no alg': jws(header(undefined), claims, rs256(idp.privateKey)),
  'alg as a list': jws(encode({ alg: ['RS256'], kid: 'k1' }), claims, rs256(idp.privateKey)),
  'alg in lower case': jws(header('rs256'), claims, rs256(idp.privateKey)),
  'HS256 with the public key, PEM': jws(header('HS256'), claims, hs('sha256', spki)),
  'HS256 with the public key, PEM trimmed': jws(
    header('HS256'),
    claims,
    hs('sha256', String(spki).trim()),
  ),
  'HS256 with the public key, DER': jws(header('HS256'), claims, hs('sha256', der)),
  'HS256 with the modulus': jws(header('HS256'), claims, hs('sha256', modulus)),
  'HS256 with the JWK': jws(header('HS256'), claims, hs('sha256', jwkText)),
  'HS512 with the public key, PEM': jws(header('HS512'), claims, hs('sha512', spki)),
  'HS256 with nothing': jws(header('HS256'), claims, hs('sha256', '')),
  'RS384 of the right key': jws(header('RS384'), claims, rs384(idp.privateKey)),
  'PS256 of the right key': jws(header('PS256'), claims, ps256(idp.privateKey)),
  'RS256, but signed as PS256': jws(header('RS256'), claims, ps256(idp.privateKey)),
  'a key of the token itself': jws(header('RS256', { jwk: strangersJwk }), claims, theirs),
  'a key set that the token names': jws(
    header('RS256', { jku: 'http://127.0.0.1:9/keys', x5u: 'http://127.0.0.1:9/chain' }),
    claims,
    theirs,
  ),
  'another kid': jws(header('RS256', { kid: 'k2' }), claims, theirs),
  'a kid that is a path': jws(header('RS256', { kid: '../../../../dev/null' }), claims, theirs),
  'the key of a stranger': jws(header('RS256'), claims, theirs),
}

const FORGED_HS256: Readonly<Record<string, string>> = {
  'alg none': `${header('none')}.${claims}.`,
  'HS384 of the right secret': jws(header('HS384'), claims, hs('sha384', idp.keys.secret)),
  'HS512 of the right secret': jws(header('HS512'), claims, hs('sha512', idp.keys.secret)),
  'HS256 with nothing': jws(header('HS256'), claims, hs('sha256', '')),
  'HS256 with a guess': jws(header('HS256'), claims, hs('sha256', 'secret')),
  'RS256 of an identity provider': jws(header('RS256'), claims, rs256(idp.privateKey)),
  'RS256 of its own key': jws(header('RS256', { jwk: strangersJwk }), claims, theirs),
}

forEachOwnApp(idp.keys, ({ origin }) => {
  const bearing = async (guard: string, token: string) => {
    const headers = [['Authorization', `Bearer ${token}`]] as const
    const { status, body } = await rawRequest(origin(), `/apps/${guard}/view`, { headers })
    return { status, reached: body.includes('"outcome"') }
  }
  const IN = { status: 200, reached: true }
  const OUT = { status: 401, reached: false }

  test('T43: what is signed as configured is let in, though its JWK names no alg', async () => {
    expect(await bearing('rs256', idp.token())).toEqual(IN)
    const good = jws(header('HS256'), claims, hs('sha256', idp.keys.secret))
    expect(await bearing('hs256', good)).toEqual(IN)
  })

  test.each(Object.entries(FORGED_RS256))(
    'T43: RS256 is wanted, and not %s',
    async (_name, token) => {
      expect(await bearing('rs256', token)).toEqual(OUT)
    },
  )

  test.each(Object.entries(FORGED_HS256))(
    'T43: HS256 is wanted, and not %s',
    async (_name, token) => {
      expect(await bearing('hs256', token)).toEqual(OUT)
    },
  )

  test('T43: a good token that was let in before opens nothing for one that only looks like it', async () => {
    const good = idp.token({ sub: 'bob' })
    expect(await bearing('rs256', good)).toEqual(IN)
    const [head, , signature] = good.split('.')
    expect(
      await bearing('rs256', `${head}.${encode(goodClaims({ sub: 'carol' }))}.${signature}`),
    ).toEqual(OUT)
    expect(await bearing('rs256', `${header('none')}.${good.split('.')[1]}.${signature}`)).toEqual(
      OUT,
    )
  })
})
