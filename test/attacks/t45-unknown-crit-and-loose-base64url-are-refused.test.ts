// T45: a header's `crit` was passed over, so that an extension that restricts a token restricted nothing (fast-jwt
// GHSA-hm7r-c7qw-ghp6); one token in several spellings slips past lists of revoked ones and confuses caches.
import { expect, test } from 'vitest'
import { createIdp, encode, goodClaims, jws, rs256 } from './support/idp.ts'
import { forEachOwnApp } from './support/own-apps.ts'
import { rawRequest } from './support/raw-request.ts'

const idp = createIdp()
const good = idp.token()
const [head = '', payload = '', signature = ''] = good.split('.')
const sign = rs256(idp.privateKey)

const CRITICAL: Readonly<Record<string, Record<string, unknown>>> = {
  'an extension that nobody knows': {
    crit: ['urn:example:only-on-mondays'],
    'urn:example:only-on-mondays': true,
  },
  'b64, which some libraries know': { crit: ['b64'], b64: true },
  'b64 false': { crit: ['b64'], b64: false },
  'a claim': { crit: ['exp'], exp: 4_102_444_800 },
  'a parameter that every library knows': { crit: ['alg'] },
  'an extension that is not there': { crit: ['absent'] },
  nothing: { crit: [] },
  'no list': { crit: 'exp' },
  null: { crit: null },
}

// the last of 342 characters has 4 bits too many: to a lenient decoder 16 spellings are the same signature
const LOOSE: Readonly<Record<string, string>> = {
  'spare bits in the signature': `${head}.${payload}.${withSpareBits(signature)}`,
  'padding of the signature': `${good}==`,
  'padding of the header, signed': jws(`${head}=`, payload, sign),
  'padding of the payload, signed': jws(head, `${payload}=`, sign),
  'the alphabet of base64': `${head}.${payload}.${signature.replaceAll('-', '+').replaceAll('_', '/')}`,
  'a blank before the payload': `${head}. ${payload}.${signature}`,
  'a tab at the end': `${good}\t!`,
  'a fourth segment': `${good}.`,
  'a JWE of five segments': `${good}.${head}.${payload}`,
  'two segments': `${head}.${payload}`,
  'an empty payload': jws(head, '', sign),
  'a payload that is no object': jws(head, encode([goodClaims()]), sign),
  'a payload that is no UTF-8': jws(
    head,
    Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url'),
    sign,
  ),
}

forEachOwnApp(idp.keys, ({ origin }) => {
  const bearing = async (token: string) => {
    const headers = [['Authorization', `Bearer ${token}`]] as const
    const { status, body } = await rawRequest(origin(), '/apps/rs256/view', { headers })
    return { status, reached: body.includes('"outcome"') }
  }
  const OUT = { status: 401, reached: false }

  test('T45: without crit, and in its one spelling, it is let in', async () => {
    expect(await bearing(good)).toEqual({ status: 200, reached: true })
  })

  test.each(Object.entries(CRITICAL))('T45: crit of %s is refused', async (_name, header) => {
    expect(await bearing(idp.token({}, header))).toEqual(OUT)
  })

  test.each(Object.entries(LOOSE))('T45: %s is refused', async (_name, token) => {
    expect(token).not.toBe(good)
    expect(await bearing(token)).toEqual(OUT)
  })
})

function withSpareBits(segment: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = alphabet.indexOf(segment.slice(-1))
  const other = `${segment.slice(0, -1)}${alphabet[last + 1]}`
  if (!Buffer.from(other, 'base64url').equals(Buffer.from(segment, 'base64url')))
    throw new Error('these are two signatures, not two spellings of one')
  return other
}
