// T12: whatever throws is at least a challenge. Bodies that no form and no script would send, over a socket, to the
// challenge and to guarded routes: the shop answers each as a client's mistake or with a challenge, and stays as it was.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type RawReply, rawRequest } from './support/raw-request.ts'
import { forEachShop } from './support/shops.ts'
import { CHALLENGED } from './support/visitor.ts'

const RUNS = 60
/** None of them takes an opt-out. */
const GUARDED = ['/step-up', '/api-keys', '/passkeys', '/passkeys/x/remove'] as const
const NAMES = [
  'ticket',
  'code',
  'passkey',
  'remember',
  'returnTo',
  'name',
  '__proto__',
  'constructor',
]

const field = fc.oneof(fc.constantFrom(...NAMES), fc.string({ maxLength: 12 }))
const json = fc.oneof(
  fc.dictionary(field, fc.jsonValue({ maxDepth: 3 })).map((value) => JSON.stringify(value)),
  fc.json(),
  fc.string(),
  // cut off
  fc.tuple(fc.json(), fc.nat(40)).map(([text, end]) => text.slice(0, end)),
)
const encoded = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }).map(encodeURIComponent),
  fc.constantFrom('%', '%zz', '%ff%fe', '%00', '+', '&', '=', '%E0%A4%A'),
)
const form = fc
  .array(
    fc.tuple(
      fc.oneof(
        field,
        field.map((name) => `${name}[]`),
        encoded,
      ),
      encoded,
    ),
    {
      maxLength: 8,
    },
  )
  .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join('&'))
const multipart = fc.oneof(
  fc.string(),
  field.map(
    (name) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n1\r\n--b--\r\n`,
  ),
  field.map((name) => `--b\r\nContent-Disposition: form-data; name="${name}`),
)
const FORM = 'application/x-www-form-urlencoded'
const request = fc.oneof(
  fc.tuple(
    fc.constantFrom('application/json', 'application/json; charset=utf-16', 'text/json'),
    json,
  ),
  fc.tuple(fc.constantFrom(FORM, `${FORM}; charset=latin1`, `${FORM}; charset=nonsense`), form),
  fc.tuple(fc.constantFrom('multipart/form-data; boundary=b', 'multipart/form-data'), multipart),
  fc.tuple(fc.constantFrom('text/plain', 'x', 'application/octet-stream', FORM), json),
)
const EDGES: [string, string][] = [
  ['application/json', '['.repeat(50_000)],
  ['application/json', `{"ticket":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`],
  ['application/json', '{"ticket":{"toString":1},"code":["1"],"passkey":{"response":null}}'],
  ['application/json', 'null'],
  ['application/json', '"ticket"'],
  ['application/json', '\ufeff{}'],
  [FORM, 'a'.repeat(90_000)],
  [FORM, 'ticket=1&'.repeat(2_000)],
  [FORM, 'ticket[a][b][c]=1&__proto__[admin]=1&code=%'],
  ['multipart/form-data', 'nothing'],
  ['multipart/form-data; boundary=b', '--b\r\n\r\n'],
]

forEachShop((shop) => {
  test('T12: no body breaks the shop, and none passes', async () => {
    const alice = shop.visitor()
    await alice.signIn('alice')
    const cookie = [...alice.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const send = (path: string, [type, body]: readonly [string, string]): Promise<RawReply> =>
      rawRequest(shop.origin(), path, {
        method: 'POST',
        headers: [
          ['Cookie', cookie],
          ['Origin', shop.origin()],
          ['Sec-Fetch-Site', 'same-origin'],
          ['Content-Type', type],
        ],
        body,
      })
    const check = async (path: string, one: readonly [string, string]) => {
      const { status, text } = await send(path, one)
      expect({ path, status, in: status >= 400 && status < 500 }, text).toMatchObject({ in: true })
      expect(text.toLowerCase()).not.toMatch(/set-cookie: __host-(evidence|device|session)/)
    }
    for (const path of GUARDED) for (const edge of EDGES) await check(path, edge)
    await fc.assert(fc.asyncProperty(fc.constantFrom(...GUARDED), request, check), {
      numRuns: RUNS,
    })

    expect(shop.log()).not.toContain('Error')
    // and the shop is as it was, for the next one too
    expect(await alice.makeKey()).toEqual(CHALLENGED)
    const bob = shop.visitor()
    await bob.stepUp('bob')
    expect((await bob.makeKey()).status).toBe(200)
  })
})
