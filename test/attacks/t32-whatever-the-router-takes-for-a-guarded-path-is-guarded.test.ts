// T32: the guard and the router read one path in two ways, so that a request reached the handler past the guard (rou3
// GHSA-x732-6j76-qmhm; Clerk CVE-2026-41248; Astro CVE-2025-64765; fastify-middie pull request 245).
import { beforeAll, describe, expect, test } from 'vitest'
import { hostileTargets } from './support/hostile-targets.ts'
import { type RawReply, rawRequest } from './support/raw-request.ts'
import { forEachShop } from './support/shops.ts'
import { SESSION, type User } from './support/visitor.ts'

const ACCOUNT = hostileTargets('account')
const TRANSFER = hostileTargets('transfer')
const USERS: readonly User[] = ['alice', 'bob', 'carol']
/** So few that a person may look at the account without counting as a robot. */
const LOOKS = 25

/** Anything that only the handlers behind the guards say. */
const REACHED = /"outcome"|"amount":|Hello, |sent to/

/** What Fastify says of bytes that are no HTTP, before there is a method. */
const UNPARSABLE = /"message":"Client Error"/

forEachShop((shop) => {
  const sessions: [string, string][] = []
  beforeAll(async () => {
    for (const user of USERS) {
      const one = shop.visitor()
      await one.signIn(user)
      sessions.push(['Cookie', `${SESSION}=${one.cookies.get(SESSION)}`])
    }
  })

  const view = (target: string, headers: [string, string][] = [], method = 'GET') =>
    rawRequest(shop.origin(), target, {
      method,
      headers: [['Accept', 'application/json'], ...headers],
    })
  const transfer = (target: string, method = 'POST', headers: [string, string][] = []) =>
    rawRequest(shop.origin(), target, {
      method,
      headers: [
        ['Content-Type', 'application/json'],
        ['Sec-Fetch-Site', 'same-origin'],
        ...headers,
      ],
      body: '{"amount":20,"payee":"ACME"}',
    })
  const isReached = ({ status, text }: RawReply) => REACHED.test(text) || /^2/.test(String(status))

  describe('T32: a target that nobody has to be let in by', () => {
    test('GET /account: no spelling of it lets in nobody, while the router takes many for it', async () => {
      const open: string[] = []
      const reaching: string[] = []
      for (const [at, target] of ACCOUNT.entries()) {
        const nobody = await view(target)
        if (REACHED.test(nobody.text)) open.push(target)
        const reply = await view(target, [sessions[Math.floor(at / LOOKS) % 3] as [string, string]])
        if (REACHED.test(reply.text)) reaching.push(target)
      }
      expect(open).toEqual([])
      expect(reaching).toEqual(expect.arrayContaining([...TAKEN_FOR_ACCOUNT[shop.name]]))
      // a handler that finds itself unguarded throws, and says so
      expect(shop.log()).not.toContain('not guarded')
    })

    test('HEAD /account: each spelling of it is answered as GET is, without a body', async () => {
      for (const target of ACCOUNT) {
        const [head, get] = [await view(target, [], 'HEAD'), await view(target)]
        expect(head.status, target).toBe(get.status)
        if (!UNPARSABLE.test(get.text)) expect(head.body, target).toBe('')
      }
    })

    test.each(['GET', 'QUERY', 'OPTIONS', 'PUT', 'PATCH', 'DELETE'])(
      'POST /account with a header that makes it %s lets in nobody',
      async (method) => {
        for (const name of [
          'X-HTTP-Method-Override',
          'X-HTTP-Method',
          'X-Method-Override',
          '_method',
        ])
          expect(REACHED.test((await view('/account', [[name, method]], 'POST')).text)).toBe(false)
      },
    )

    test('POST /transfer: no spelling of it sends money of nobody', async () => {
      const answered = new Map<number, number>()
      for (const target of TRANSFER) {
        const reply = await transfer(target)
        expect(isReached(reply), `${target}: ${reply.status}`).toBe(false)
        answered.set(reply.status, (answered.get(reply.status) ?? 0) + 1)
      }
      // the guard itself was met, not only routers that know no such path
      expect(answered.get(401)).toBeGreaterThan(10)
    })

    test('POST /transfer: other methods do not either', async () => {
      for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'post', 'PoST', 'QUERY', 'M-SEARCH']) {
        const reply = await transfer('/transfer', method, [['X-HTTP-Method-Override', 'POST']])
        expect(isReached(reply), `${method}: ${reply.status}`).toBe(false)
      }
    })
  })

  test('T32: a legitimate double-encoded path still works', async () => {
    const alice = shop.visitor()
    await alice.signIn('alice')
    const headers: [string, string][] = [
      ['Cookie', `${SESSION}=${alice.cookies.get(SESSION)}`],
      ['Sec-Fetch-Site', 'same-origin'],
      ['Sec-Fetch-Mode', 'navigate'],
      ['Sec-Fetch-Dest', 'document'],
      ['Content-Type', 'application/x-www-form-urlencoded'],
    ]
    const revoke = (id: string) =>
      rawRequest(shop.origin(), `/devices/${id}/revoke`, { method: 'POST', headers, body: 'x=1' })
    const plain = await revoke('no-such-device')
    expect(plain.status).toBe(303)
    for (const id of ['%2561', 'a%252Fb', '100%2525', '%252e%252e'])
      expect((await revoke(id)).status, id).toBe(plain.status)
    // below a guarded path: the guard lets alice on, and the app has no such page
    expect((await view('/account/100%2525', headers.slice(0, 1))).status).toBe(404)
    expect((await view('/account/100%2525')).status).toBe(401)
  })
})

/** Spellings that each router is known to take for /account: signed in, one gets there. */
const TAKEN_FOR_ACCOUNT = {
  express: [
    '/account',
    '/account/',
    '/ACCOUNT',
    '/account?x=/login',
    '/account#/login',
    'http://evil.example/account',
  ],
  koa: ['/account', '/account/', '/ACCOUNT', '/account?x=/login', 'http://evil.example/account'],
  hono: ['/account', '/account?x=/login', 'http://evil.example/account'],
  fastify: ['/account', '/account?x=/login'],
  next: ['/account', '/account?x=/login'],
} as const
