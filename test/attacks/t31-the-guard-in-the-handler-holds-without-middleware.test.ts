// T31: what was only checked in middleware was open to whoever went around it (Next CVE-2025-29927, with one header;
// CVE-2024-51479, by the path). Here the handlers guard themselves: proxy.ts may be missing, and headers of the
// framework's own change nothing. The same for server actions and pages of other policies: test/contract/next-boundary.ts.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RawReply, rawRequest } from './support/raw-request.ts'
import { type AttackedShop, forEachShop } from './support/shops.ts'
import { startUnproxiedNext, type UnproxiedNext } from './support/unproxied-next.ts'
import { CHALLENGED, PASS, type Visitor, visitor } from './support/visitor.ts'

const FILES = [
  'middleware',
  'proxy',
  'src/middleware',
  'src/proxy',
  'pages/_middleware',
  'pages/account/_middleware',
]
const AROUND: readonly Readonly<Record<string, string>>[] = [
  // one name; so often that a depth limit is reached; both files
  ...FILES.flatMap((name) => [
    name,
    Array(5).fill(name).join(':'),
    Array(50).fill(name).join(':'),
  ]).map((value) => ({ 'x-middleware-subrequest': value })),
  { 'x-middleware-subrequest-id': '0000000000000000' },
  { 'x-middleware-next': '1' },
  { 'x-middleware-rewrite': '/' },
  { 'x-middleware-invoke': '1' },
  { 'x-middleware-prefetch': '1' },
  { 'x-middleware-override-headers': 'cookie', 'x-middleware-request-cookie': '__Host-session=x' },
  { 'x-middleware-set-cookie': '__Host-session=x' },
  { 'x-invoke-path': '/', 'x-invoke-status': '200', 'x-invoke-output': '/' },
  { 'x-matched-path': '/' },
  { 'x-next-resume': '1', 'next-resume': '1' },
  { 'x-prerender-revalidate': '1' },
  { 'x-nextjs-data': '1' },
  { 'x-now-route-matches': '1=account' },
  { rsc: '1', 'next-router-prefetch': '1' },
]

/** Anything that only a handler behind a guard says. */
const REACHED = /"outcome"|"amount"|"key"|Hello, /

async function nobodyGetsIn(
  origin: string,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const lines = Object.entries(headers)
  const requests = [
    { target: '/account' },
    { target: '/account/summary' },
    ...['/transfer', '/api-keys'].map((target) => ({
      target,
      method: 'POST',
      body: '{"amount":20,"payee":"ACME","name":"ci"}',
    })),
  ]
  for (const { target, ...request } of requests) {
    const json = [
      ['Content-Type', 'application/json'],
      ['Sec-Fetch-Site', 'same-origin'],
    ] as const
    const reply = await rawRequest(origin, target, { ...request, headers: [...json, ...lines] })
    expect(reply.text, target).not.toMatch(REACHED)
    // a page says 200 once its frame is on the way; what `x-middleware-prefetch` gets is Next's own empty object
    if (target !== '/account/summary' && !isEmptyObject(reply))
      expect(reply.status, target).not.toBe(200)
  }
}

function isEmptyObject({ body }: RawReply): boolean {
  return /^(2\r\n)?\{\}(\r\n0\r\n\r\n)?$/.test(body)
}

async function oneFactorIsNotTwo(
  alice: Visitor,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const { status, ...more } = await alice.makeKey({ headers: sameOrigin(alice, headers) })
  // what Next answers ahead of all code of an app: to `rsc: 1` the same address with a query, to the other an empty object
  const nextsOwn = headers['rsc'] ? 307 : headers['x-middleware-prefetch'] ? 200 : CHALLENGED.status
  expect([nextsOwn, CHALLENGED.status]).toContain(status)
  expect(more).toEqual({})
}

function sameOrigin({ origin }: Visitor, headers: Readonly<Record<string, string>>) {
  return { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', origin, ...headers }
}

function holds(shop: Pick<AttackedShop, 'origin' | 'visitor'>): void {
  test.each(AROUND.map((headers) => ({ headers, title: JSON.stringify(headers).slice(0, 70) })))(
    'T31: $title lets nobody in, and makes one factor no two',
    async ({ headers }) => {
      await nobodyGetsIn(shop.origin(), headers)
      const alice = shop.visitor()
      alice.cookies.set(...session)
      await oneFactorIsNotTwo(alice, headers)
    },
  )

  let session: [string, string]
  beforeAll(async () => {
    const alice = shop.visitor()
    await alice.signIn('alice')
    expect(await alice.viewAccount()).toEqual(PASS)
    session = ['__Host-session', alice.cookies.get('__Host-session') ?? '']
  })
}

forEachShop((shop) => {
  // in Express and Koa the guards are middleware, of the route itself: there is nothing else to take away
  holds(shop)
})

describe('the next shop with proxy.ts taken away', () => {
  let next: UnproxiedNext | undefined
  const origin = () => next?.origin ?? 'not started'
  beforeAll(async () => {
    next = await startUnproxiedNext()
  }, 240_000)
  afterAll(async () => await next?.stop())

  holds({ origin, visitor: () => visitor(origin()) })

  test('T31: each guarded handler, page and action refuses nobody and challenges one factor', async () => {
    await nobodyGetsIn(origin(), {})
    const alice = visitor(origin())
    await alice.signIn('bob')
    expect(await alice.viewAccount()).toEqual(PASS)
    expect(await alice.transfer(200)).toEqual(CHALLENGED)
    expect(await alice.makeKey()).toEqual(CHALLENGED)
    const page = await (await alice.navigate('/account/summary')).text()
    expect(page).toMatch(/Hello, (<!-- -->)?bob/)

    const form = actionForm(page, { amount: '200', payee: 'ACME' })
    expect(await (await alice.submit('/account/summary', {}, form)).text()).not.toContain(
      '200 sent',
    )
    const nobody = visitor(origin())
    const reply = await (await nobody.submit('/account/summary', {}, form)).text()
    expect(reply).not.toMatch(/sent to|Hello, /)
    // what the guard lets through shows that the form is one that Next takes
    const small = actionForm(page, { amount: '7', payee: 'ACME' })
    expect(await (await alice.submit('/account/summary', {}, small)).text()).toContain(
      '€7 sent to ACME',
    )
  })
})

/** What a browser without scripts sends: the hidden fields that name the action, and the visible ones. */
function actionForm(page: string, fields: Readonly<Record<string, string>>) {
  const hidden = [...page.matchAll(/<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?/g)]
  if (hidden.length === 0) throw new Error(`no action in ${page}`)
  const boundary = 'attack-on-an-action'
  const all = [
    ...hidden.map(([, name = '', value = '']) => [name, unescapeHtml(value)] as const),
    ...Object.entries(fields),
  ]
  const parts = all.map(
    ([name, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  return {
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'sec-fetch-site': 'same-origin',
    },
    body: `${parts.join('')}--${boundary}--\r\n`,
  }
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
