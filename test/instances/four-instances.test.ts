// Four instances behind a load balancer are one shop: the whole story, each request at another instance, and what was used at
// one of them held against each of the others.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { shopPolicy } from '../attacks/support/shop-policy.ts'
import {
  CHALLENGED,
  deviceCookie,
  EVIDENCE,
  PASS,
  REMEMBERED,
  SESSION,
  SMALL,
  type User,
  type Visitor,
} from '../attacks/support/visitor.ts'
import { tellStory } from '../shop/tell-story.ts'
import { type FourShops, type Servers, startFourShops, startServers } from './support/four-shops.ts'
import { STICKY } from './support/round-robin.ts'

const OTHERS = [1, 2, 3]
const ALL = [0, ...OTHERS]
let servers: Servers
let four: FourShops

beforeAll(async () => {
  servers = await startServers()
  four = await startFourShops(servers)
})
afterAll(async () => {
  await four?.stop()
  await servers?.stop()
})

describe('the story', () => {
  tellStory({ origin: () => four.balancer.origin, settled: () => four.settled() })

  test('every instance was asked, and as often', () => {
    const counts = four.balancer.counts()
    expect(counts).toHaveLength(4)
    expect(Math.min(...counts)).toBeGreaterThan(5)
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
  })

  test('an operator suspends an opt-out, lifts it, and takes a policy back: each instance decides by it', async () => {
    const bob = four.shop.visitor()
    await bob.beRemembered('bob')
    expect(await bob.transfer(200)).toEqual(REMEMBERED)
    await four.shop.operate('suspend', { target: 'opt-out:remembered-device' })
    expect(await everywhere(bob)).toEqual(ALL.map(() => CHALLENGED))
    await four.shop.operate('resume', { target: 'opt-out:remembered-device' })
    expect(await everywhere(bob)).toEqual(ALL.map(() => REMEMBERED))
    const strict = shopPolicy(({ rules }) => {
      for (const rule of rules) if (rule['id'] === 'money-out') rule['optOuts'] = []
    })
    await four.shop.operate('activate', { policy: strict })
    expect(await everywhere(bob)).toEqual(ALL.map(() => CHALLENGED))
    await four.shop.operate('rollback')
    expect(await everywhere(bob)).toEqual(ALL.map(() => REMEMBERED))
    const healths = await four.healths()
    expect(new Set(healths.map(({ activation }) => activation)).size).toBe(1)
    expect(healths.flatMap(({ warnings }) => warnings)).toEqual([])
  })
})

describe('what was used at one instance', () => {
  test('T19: a ticket that was answered at one is used up at each of the others', async () => {
    const first = await signedInAt(0, 'alice')
    const ticket = await first.challengedForKey()
    const kept = new Map(first.cookies)
    expect((await first.answer('alice', ticket)).status).toBe(303)
    for (const other of OTHERS) {
      const thief = holding(other, kept)
      // the session that it was opened in is over as well: the one that took its place
      thief.cookies.set(SESSION, first.cookies.get(SESSION) ?? '')
      const again = await thief.answer('alice', ticket)
      expect([again.status, thief.cookies.has(EVIDENCE)], `instance ${other}`).toEqual([400, false])
    }
  })

  test('T19: a code that completed a challenge completes none at another', async () => {
    const one = await signedInAt(0, 'carol')
    const two = await signedInAt(1, 'carol')
    const [ticket, other] = [await one.challengedForKey(), await two.challengedForKey()]
    const code = await one.code('carol')
    expect((await one.answer('carol', ticket, { code })).status).toBe(303)
    expect((await two.answer('carol', other, { code })).status).toBe(401)
    expect(two.cookies.has(EVIDENCE)).toBe(false)
  })

  test('T19: evidence for one use is good once, of 50 requests at the same moment on four instances', async () => {
    await four.shop.operate('activate', {
      policy: shopPolicy(({ rules }) => {
        for (const rule of rules)
          if (rule['id'] === 'keys') rule['require'] = { acr: 'aal2', maxAge: '5m', once: true }
      }),
    })
    const bob = await signedInAt(0, 'bob')
    expect((await bob.answer('bob', await bob.challengedForKey())).status).toBe(303)
    const tried = await Promise.all(
      Array.from({ length: 50 }, (_, n) => holding(n % 4, bob.cookies).makeKey()),
    )
    expect(tried.filter(({ status }) => status === 200)).toEqual([PASS])
    expect(tried.filter(({ status }) => status === 401)).toHaveLength(49)
    for (const instance of ALL)
      expect(await holding(instance, bob.cookies).makeKey(), `instance ${instance}`).toEqual(
        CHALLENGED,
      )
  })

  test('T19: of 50 small payments at the same moment on four instances, five go through', async () => {
    const carol = await signedInAt(0, 'carol')
    const paid = await Promise.all(
      Array.from({ length: 50 }, (_, n) => holding(n % 4, carol.cookies).transfer(20)),
    )
    expect(paid.filter(({ status }) => status === 200)).toEqual(Array(5).fill(SMALL))
    expect(await everywhere(carol, 1)).toEqual(ALL.map(() => CHALLENGED))
  })
})

describe('a remembered device', () => {
  test('T9, T10: it rotates at whichever instance, is no use to a copy, and ends everywhere when one revokes it', async () => {
    // of a person whom nothing above made suspicious
    await four.stop()
    four = await startFourShops(servers)
    const alice = await signedInAt(0, 'alice')
    await alice.beRemembered('alice')
    const [name, before] = deviceCookie(alice)
    expect(await holding(1, alice.cookies).transfer(200)).toEqual(REMEMBERED)
    expect(await alice.transfer(200)).toEqual(REMEMBERED)
    for (const other of OTHERS) {
      const thief = await signedInAt(other, 'alice')
      thief.cookies.set(name, before)
      expect(await thief.transfer(200), `instance ${other}`).toEqual(CHALLENGED)
    }
    expect(await everywhere(alice)).toEqual(ALL.map(() => REMEMBERED))

    const { devices } = (await (await alice.fetchJson('/devices')).json()) as {
      readonly devices: readonly { readonly id: string }[]
    }
    expect(devices).toHaveLength(1)
    expect((await alice.submit(`/devices/${devices[0]?.id}/revoke`, {})).status).toBe(303)
    // by the very instance that was told: at once
    expect(await alice.transfer(200)).toEqual(CHALLENGED)
    await four.settled()
    expect(await everywhere(alice)).toEqual(ALL.map(() => CHALLENGED))
  })
})

async function signedInAt(instance: number, user: User): Promise<Visitor> {
  const one = four.visitorAt(instance)
  await one.signIn(user)
  return one
}

/** The same browser, or a thief with all that it holds, at one instance. */
function holding(instance: number, cookies: ReadonlyMap<string, string>): Visitor {
  const one = four.visitorAt(instance)
  for (const [name, value] of cookies) if (name !== STICKY) one.cookies.set(name, value)
  return one
}

/** One transfer at each instance, by one and the same browser. */
async function everywhere({ cookies }: Visitor, amount = 200): Promise<readonly object[]> {
  return await Promise.all(ALL.map((instance) => holding(instance, cookies).transfer(amount)))
}
