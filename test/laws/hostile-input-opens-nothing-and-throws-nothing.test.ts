// Laws 1 and 8 by fuzzing: whatever a client writes into method, target, headers, cookies, bodies, tokens and tickets, and
// however it changes what we sealed, nothing is thrown at the app, and nobody gets on who would not have without it.
import { createTokenVerifier } from '@countersign/core'
import fc from 'fast-check'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkLaw, createTally } from './support/check-law.ts'
import {
  login,
  openBrowser,
  openWorld,
  outcomeOf,
  rememberedBrowser,
  signInAgain,
  ticketOf,
  type World,
} from './support/world.ts'

let world: World
/** What was sealed for bob, by name: cookies of a device and of evidence; and a ticket. */
let sealed: ReadonlyMap<string, string>
let ticket: string

beforeAll(async () => {
  world = await openWorld()
  const bob = await rememberedBrowser(world, 'bob')
  sealed = new Map(bob.cookies)
  signInAgain(world, bob)
  const other = openBrowser(world, login('bob', 'bob-9', world.clock.now()))
  ticket = ticketOf(await other.check('admin.tool')) ?? ''
  expect([sealed.size > 1, ticket.length > 100]).toEqual([true, true])
})
afterAll(() => world.close())

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ maxLength: 60 }))
const HEADERS = [
  ...[
    'cookie',
    'authorization',
    'origin',
    'accept',
    'purpose',
    'upgrade',
    'forwarded',
    'host',
    'dpop',
  ],
  ...[
    'sec-fetch-site',
    'sec-fetch-mode',
    'sec-fetch-dest',
    'sec-purpose',
    'x-forwarded-for',
    'x-real-ip',
  ],
  ...[
    'access-control-request-method',
    'x-http-method-override',
    'content-type',
    'user-agent',
    'next-router-prefetch',
  ],
] as const
const headerValue = fc.oneof(
  text,
  fc.constantFrom(
    'same-origin',
    'navigate',
    'document',
    'text/html',
    'websocket',
    'null',
    'GET',
    'prefetch',
  ),
  fc.constantFrom(
    'https://shop.example',
    'Bearer a.b.c',
    '10.0.0.1',
    '::1',
    'x'.repeat(40_000),
    ', '.repeat(2_000),
  ),
)

/** A token with something about it that is not as it was. */
const spoilt = (token: () => string) =>
  fc.oneof(
    text,
    fc.record({ at: fc.nat(), with: text }).map(({ at, with: other }) => {
      const genuine = token()
      const cut = at % (genuine.length + 1)
      return `${genuine.slice(0, cut)}${other === '' ? '.' : other}${genuine.slice(cut)}`
    }),
    fc.nat().map((at) => token().slice(0, at % token().length)),
    fc.nat().map((at) => swapped(token(), at)),
    fc.constantFrom(1, 2, 200).map((times) => `${token()}.`.repeat(times)),
  )

/** Of alice, who brings what was bob's, as it was or changed, with whatever else. */
const cookies = () =>
  fc.array(
    fc
      .tuple(
        fc.constantFrom(...sealed.keys(), '__Host-evidence', '__proto__', 'x'),
        fc.nat(),
        fc.boolean(),
        text,
      )
      .map(([name, at, whole, other]) => {
        const genuine = sealed.get(name) ?? other
        return `${name}=${whole ? genuine : swapped(genuine, at)}`
      }),
    { maxLength: 12 },
  )

const asking = () =>
  fc
    .record({
      method: fc.oneof(fc.constantFrom('GET', 'POST', 'HEAD', 'OPTIONS'), text),
      target: fc.oneof(
        text.map((path) => `/${path}`),
        fc.webUrl(),
        text,
        fc.constantFrom('/view', '/step-up'),
      ),
      headers: fc.dictionary(fc.constantFrom(...HEADERS), headerValue, { maxKeys: 8 }),
      cookie: cookies(),
      resource: fc.anything({
        withBigInt: true,
        withDate: true,
        withMap: true,
        withNullPrototype: true,
      }),
      peer: fc.oneof(text, fc.constant(undefined)),
    })
    .map(({ cookie, headers, ...rest }) => ({
      ...rest,
      headers: { ...headers, ...(cookie.length === 0 ? {} : { cookie: cookie.join('; ') }) },
    }))

describe('whatever a client sends', () => {
  test('nobody gets on, and one factor is not two', async () => {
    const tally = createTally<string>()
    const nobody = openBrowser(world, undefined)
    await checkLaw(
      asking(),
      async (one) => {
        const alice = openBrowser(world, login('alice', crypto.randomUUID(), world.clock.now()))
        // no opt-out is listed for it
        const tool = outcomeOf(await alice.check('admin.tool', one))
        expect(['challenge', 'deny', 'preflight']).toContain(tool)
        expect(['sign-in', 'deny', 'preflight']).toContain(
          outcomeOf(await nobody.check('buy', one)),
        )
        const byRoute = await world.guard.checkRoutes(nobody.request(one))
        expect(['sign-in', 'deny', 'preflight', 'unguarded']).toContain(outcomeOf(byRoute))
        tally.add(tool)
      },
      400,
    )
    expect(tally.of('challenge')).toBeGreaterThan(100)
  })

  test('a ticket that was changed, or is another’s, completes nothing', async () => {
    await checkLaw(
      fc.record({
        one: asking(),
        ticket: spoilt(() => ticket),
        more: fc.dictionary(text, fc.anything()),
      }),
      async ({ one, ticket: given, more }) => {
        const alice = openBrowser(world, login('alice', 'alice-1', world.clock.now()))
        const incoming = alice.request({ ...one, method: 'POST' })
        for (const body of [
          { ...more, ticket: given },
          given,
          { ticket: [given, given] },
          new URLSearchParams({ ticket: given }),
        ]) {
          expect(await world.guard.challenge.open(incoming, { body })).toBeUndefined()
          const reply = await world.guard.challenge.complete(
            incoming,
            { body },
            { factors: [{ method: 'otp' }] },
          )
          expect([400, 401, 403]).toContain(reply.status)
          expect(given).not.toBe(ticket)
          expect(gives(reply.cookies)).toBe(false)
        }
      },
      150,
    )
  })

  test('a token that was changed is none', async () => {
    const key = new TextEncoder().encode('a shared secret of thirty-two bytes!')
    const now = Math.floor(Date.now() / 1_000)
    const genuine = await new SignJWT({ acr: 'aal2', auth_time: now })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('https://idp.example')
      .setAudience('shop')
      .setSubject('alice')
      .setIssuedAt(now)
      .setExpirationTime(now + 300)
      .sign(key)
    const verify = createTokenVerifier({
      ...{ issuer: 'https://idp.example', audience: 'shop', algorithms: ['HS256'] },
      secret: new TextDecoder().decode(key),
    })
    expect(await verify(genuine)).toMatchObject({ ok: true })
    await checkLaw(
      spoilt(() => genuine),
      async (token) => {
        expect(token).not.toBe(genuine)
        expect(await verify(token)).toMatchObject({ ok: false })
      },
      500,
    )
  })
})

function gives(
  cookies: readonly { readonly name: string; readonly maxAgeSeconds: number }[],
): boolean {
  return cookies.some(
    ({ name, maxAgeSeconds }) => maxAgeSeconds > 0 && /evidence|device/.test(name),
  )
}

/** One character is another one. */
function swapped(token: string, at: number): string {
  if (token === '') return 'A'
  const place = at % token.length
  return token.slice(0, place) + (token[place] === 'A' ? 'B' : 'A') + token.slice(place + 1)
}
