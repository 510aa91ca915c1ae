// T42: what a person asked for was put into the address of an identity provider, where its parameters counted as that
// provider's own (nextjs-auth0 pull request 2442). A return target is sealed into the ticket: whatever a challenge hands on, to
// a page or to a provider, bears nothing of it, and adds no parameter.
import { beforeAll, describe, expect, test } from 'vitest'
import { shopPolicy } from './support/shop-policy.ts'
import { forEachShop } from './support/shops.ts'
import type { Visitor } from './support/visitor.ts'

const MARK = 'kept-to-ourselves'
const HOSTILE = [
  `/account?tab=${MARK}`,
  `/account?prompt=none&acr_values=${MARK}&max_age=99999`,
  `/account?redirect_uri=https://evil.example/${MARK}&state=${MARK}`,
  `/account?x=%26prompt%3Dnone%26login_hint%3D${MARK}`,
  `/account?tab=1#&scope=${MARK}`,
  `/account?ticket=${MARK}`,
]
/** As the shops' own, but that an account needs a second factor: so that a navigation with a target is challenged. */
const POLICY = shopPolicy(({ rules }) => {
  Object.assign(rules[0] ?? {}, { require: { acr: 'aal2', maxAge: '12h' } })
})

forEachShop((shop) => {
  beforeAll(async () => void (await shop.operate('activate', { policy: POLICY })))

  describe('T42: a navigation that is challenged', () => {
    let alice: Visitor | undefined

    test.each(HOSTILE)('to %s hands on a ticket alone', async (target) => {
      alice ??= await signedIn(shop.visitor())
      const reply = await alice.navigate(target)
      expect(reply.status).toBe(303)
      const location = reply.headers.get('location') ?? ''
      const { pathname, searchParams } = new URL(location, shop.origin())
      expect([pathname, [...searchParams.keys()]]).toEqual(['/step-up', ['ticket']])
      for (const text of [location, ...reply.headers.getSetCookie()]) expectSealed(text)
      const page = await (await alice.navigate(location)).text()
      expect(page).toContain('name="ticket"')
      expectSealed(page)
    })
  })

  test('T42: the way to the login bears nothing of what was asked for', async () => {
    for (const target of HOSTILE) {
      const reply = await shop.visitor().navigate(target)
      expect([reply.status, reply.headers.get('location')]).toEqual([303, '/login'])
      for (const line of reply.headers.getSetCookie()) expectSealed(line)
    }
  })

  test('T42: a program is told where the challenge is, and no more', async () => {
    const bob = await signedIn(shop.visitor())
    const reply = await bob.fetchJson(`/account?tab=${MARK}`)
    expect(reply.status).toBe(401)
    expectSealed(await reply.text())
    for (const [, value] of reply.headers) expectSealed(value)
  })
})

async function signedIn(visitor: Visitor): Promise<Visitor> {
  await visitor.signIn('alice')
  return visitor
}

/** Neither as it is nor encoded once or twice, in the ways that addresses and tokens are. */
function expectSealed(text: string): void {
  const tokens = text.match(/[\w-]{20,}/g) ?? []
  const decoded = tokens.map((token) => Buffer.from(token, 'base64url').toString('latin1'))
  for (const one of [text, decodeLoosely(text), decodeLoosely(decodeLoosely(text)), ...decoded]) {
    expect(one).not.toContain(MARK)
    expect(one).not.toMatch(/prompt=|acr_values=9|redirect_uri=|login_hint=/)
  }
}

function decodeLoosely(text: string): string {
  return text.replaceAll(/%([0-9a-f]{2})/gi, (_all, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}
