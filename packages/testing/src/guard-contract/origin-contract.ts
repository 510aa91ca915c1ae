// Other origins: a preflight is never challenged and makes no handler act, and a refusal can be read where the app lets it.
import { describe, expect, test } from 'vitest'
import { type BrowserLikeClient, browserLikeClient } from './browser-like-client.ts'
import { PARTNER } from './contract-app.ts'
import { expectGuarded, varies } from './expect-reply.ts'
import type { ContractContext } from './guard-contract.ts'
import { HOUR_MS, person } from './person.ts'

const ASKS = {
  origin: PARTNER,
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'content-type',
  'sec-fetch-mode': 'cors',
  'sec-fetch-site': 'cross-site',
}
const CROSS_SITE = { origin: PARTNER, 'sec-fetch-site': 'cross-site' }

export function originContract({ origin, has }: ContractContext): void {
  describe('from another origin', () => {
    test.each(['/public', '/account', '/transfer', ...(has('any') ? ['/any', '/every'] : [])])(
      'a preflight of %s is not challenged, and reaches no handler',
      async (path) => {
        for (const client of [browserLikeClient(origin()), person(origin())]) {
          const reply = await client.send(path, { method: 'OPTIONS', headers: ASKS })
          // one that no handler takes is the router's own: 404 from those that know no OPTIONS
          expect([200, 204, 404]).toContain(reply.status)
          expectReadable(reply)
          expect(reply.headers.get('www-authenticate')).toBeNull()
          expect(reply.headers.getSetCookie()).toEqual([])
          expect(await reply.text()).not.toContain('outcome')
        }
      },
    )

    if (has('any'))
      test.each([
        {
          name: 'without a method asked for',
          headers: { 'access-control-request-method': undefined },
        },
        { name: 'without an origin', headers: { origin: undefined } },
      ])('OPTIONS $name is a request like any other', async ({ headers }) => {
        const options = { method: 'OPTIONS', headers: { ...ASKS, ...headers } }
        for (const path of ['/any', '/every']) {
          expect((await browserLikeClient(origin()).send(path, options)).status).toBe(401)
          const alice = await person(origin()).send(path, options)
          expect([alice.status, await alice.json()]).toMatchObject([200, { outcome: 'pass' }])
          expectGuarded(alice)
        }
      })

    test.each(REPLIES)('$name can be read', async ({ ask, status }) => {
      const reply = await ask(origin())
      expect(reply.status).toBe(status)
      expectReadable(reply)
      expectGuarded(reply)
    })
  })

  describe('HEAD', () => {
    test.each(HEADS)('of $name decides as GET does, with the same headers', async (given) => {
      const [head, get] = await Promise.all(
        ['HEAD', 'GET'].map((method) =>
          given.client(origin()).send('/account', { ...given, method }),
        ),
      )
      if (head === undefined || get === undefined) throw new Error('two were asked')
      expect([head.status, await head.text()]).toEqual([get.status, ''])
      expect(told(head)).toEqual(told(get))
      expectGuarded(head)
    })
  })
}

const JSON_BODY = { method: 'POST', body: '{"amount":200,"payee":"ACME"}' }
const JSON_TYPE = { ...CROSS_SITE, 'content-type': 'application/json' }

const REPLIES: readonly {
  readonly name: string
  readonly status: number
  readonly ask: (origin: string) => Promise<Response>
}[] = [
  {
    name: 'what was answered',
    status: 200,
    ask: (origin) => person(origin).send('/account', { headers: CROSS_SITE }),
  },
  {
    name: 'that nobody is signed in',
    status: 401,
    ask: (origin) => browserLikeClient(origin).send('/account', { headers: CROSS_SITE }),
  },
  {
    name: 'that more proof is needed',
    status: 401,
    ask: (origin) => person(origin).send('/transfer', { ...JSON_BODY, headers: JSON_TYPE }),
  },
  {
    name: 'a denial',
    status: 403,
    ask: (origin) =>
      person(origin, { claims: { closed: true } }).send('/account', { headers: CROSS_SITE }),
  },
  {
    name: 'a failure',
    status: 503,
    ask: (origin) => person(origin, { fails: true }).send('/account', { headers: CROSS_SITE }),
  },
]

const NAVIGATION = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }

const HEADS: readonly {
  readonly name: string
  readonly headers: Readonly<Record<string, string>>
  readonly client: (origin: string) => BrowserLikeClient
}[] = [
  { name: 'a pass', headers: {}, client: person },
  { name: 'nobody', headers: {}, client: browserLikeClient },
  { name: 'somebody stale', headers: {}, client: stale },
  { name: 'somebody stale, as a page', headers: NAVIGATION, client: stale },
  {
    name: 'a denial',
    headers: {},
    client: (origin) => person(origin, { claims: { closed: true } }),
  },
]

function stale(origin: string): BrowserLikeClient {
  return person(origin, { authTime: Date.now() - 13 * HOUR_MS })
}

function expectReadable(reply: Response): void {
  expect(reply.headers.get('access-control-allow-origin')).toBe(PARTNER)
  expect(reply.headers.get('access-control-allow-credentials')).toBe('true')
  expect(varies(reply)).toContain('origin')
}

/** Names of cookies and paths without what is drawn for each request. */
function told({ headers }: Response): readonly (readonly [string, string])[] {
  return [...headers]
    .filter(([name]) => !OF_THE_CONNECTION.has(name))
    .map(([name, value]) => [name, value.replace(/^__Host-challenge-.*?;/, '').replace(/\?.*/, '')])
}

/** And of a body that HEAD has not. */
const OF_THE_CONNECTION: ReadonlySet<string> = new Set([
  'date',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'etag',
])
