// T33: what Next answers for one page under other addresses and headers went around what stood before it (Next
// CVE-2026-44573, -44574, -44575, -45109): flight data, segments, data of the pages router, prefetches, locales. With proxy.ts,
// and with proxy.ts taken away. Boundaries of other policies, and the edge: test/contract/next-boundary.ts.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startShop } from '../support/start-shop.ts'
import { rawRequest } from './support/raw-request.ts'
import { startUnproxiedNext } from './support/unproxied-next.ts'
import { PASS, SESSION, type Visitor, visitor } from './support/visitor.ts'

const PAGES = ['account', 'account/summary']

const ADDRESSES = (page: string): readonly string[] => [
  ...[`/${page}`, `/${page}/`, `/${page}?_rsc=1`, `/${page}?_rsc=`, `/${page}?__nextDataReq=1`],
  ...[`/${page}.rsc`, `/${page}.prefetch.rsc`, `/${page}.txt`, `/${page}.json`, `/${page}.action`],
  ...[`/${page}.segments/_tree.segment.rsc`, `/${page}.segments/_full.segment.rsc`],
  ...[`/${page}.segments/${page}/__PAGE__.segment.rsc`, `/${page}.segments/%5Ftree.segment.rsc`],
  ...[`/_next/data/build/${page}.json`, `/_next/data/development/${page}.json`],
  ...[`/_next/data//${page}.json`, `/_next/data/build/en/${page}.json`, `/_next/${page}`],
  ...[`/en/${page}`, `/EN/${page}`, `/de-AT/${page}`, `/en//${page}`, `/default/${page}`],
  ...[`/${page}?__nextLocale=en`, `/${page}?nxtPrest=x`, `/${page}?nxtIrest=x`],
  ...[
    `/index/${page}`,
    `/${page}/index`,
    `/(.)${page}`,
    `/(..)${page}`,
    `/@slot/${page}`,
    `/${page}/route`,
  ],
]

const HEADERS: readonly Readonly<Record<string, string>>[] = [
  {},
  { rsc: '1' },
  { rsc: '1', 'next-router-prefetch': '1' },
  { rsc: '1', 'next-router-prefetch': '2' },
  { rsc: '1', 'next-router-segment-prefetch': '/_tree' },
  { rsc: '1', 'next-router-segment-prefetch': '/account/__PAGE__' },
  { rsc: '1', 'next-router-state-tree': '%5B%22%22%2C%7B%7D%2Cnull%2Cnull%2Ctrue%5D' },
  { rsc: '1', 'next-url': '/' },
  { 'next-url': '/' },
  { 'x-nextjs-data': '1' },
  { 'next-action': '00000000000000000000000000000000000000000000' },
  { 'next-resume': '1' },
  { purpose: 'prefetch' },
  { 'sec-purpose': 'prefetch;prerender' },
  { 'accept-language': 'de', cookie: 'NEXT_LOCALE=de' },
]

/** Anything that only what is behind a guard says. */
const REACHED = /"outcome"|"devices"|Hello, /

describe.each([
  {
    name: 'the Next shop',
    start: () => startShop('next'),
  },
  { name: 'the Next shop with proxy.ts taken away', start: () => startUnproxiedNext() },
])('$name', ({ start }) => {
  let shop: { readonly origin: string; stop(): Promise<unknown> } | undefined
  const origin = () => shop?.origin ?? 'not started'
  beforeAll(async () => {
    shop = await start()
  }, 240_000)
  afterAll(() => shop?.stop())

  test.each(HEADERS)(
    'T33: no address of a guarded page, asked with %j, tells nobody anything',
    async (headers) => {
      const open: string[] = []
      const ask = async (target: string) => {
        const reply = await rawRequest(origin(), target, { headers: Object.entries(headers) })
        if (REACHED.test(reply.text)) open.push(target)
      }
      await Promise.all(
        PAGES.map(async (page) => {
          for (const target of ADDRESSES(page)) await ask(target)
        }),
      )
      expect(open).toEqual([])
    },
  )

  test('T33: whom the guard lets in, it lets in by what the router asks with as well', async () => {
    const alice: Visitor = visitor(origin())
    await alice.signIn('alice')
    expect(await alice.viewAccount()).toEqual(PASS)
    // the router's own request for the page's flight data
    const marked = await alice.send('/account/summary', { headers: { rsc: '1' } })
    const target = marked.headers.get('location') ?? '/account/summary'
    const flight = await alice.send(target, { headers: { rsc: '1' } })
    expect(await flight.text()).toContain('Hello, ')
    alice.cookies.delete(SESSION)
    expect(await (await alice.send(target, { headers: { rsc: '1' } })).text()).not.toMatch(REACHED)
  })
})
