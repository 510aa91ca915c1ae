// What comes before the handlers helps them, and is not needed: neither taking it away nor the ways around it let
// anybody in (T31, T33).
import { request } from 'node:http'
import { browserLikeClient } from '@countersign/testing'
import { describe, expect, test } from 'vitest'
import { person } from '../../packages/testing/src/guard-contract/person.ts'
import { hostileMethods, hostileTargets } from '../support/hostile-corpus.ts'
import { sendCorpus } from '../support/send-corpus.ts'
import { onNext } from './next-suite.ts'

/** CVE-2025-29927 and its kin: what Next's own requests bear. */
const SUBREQUESTS = ['middleware', 'proxy', 'src/middleware', 'src/proxy', 'pages/_middleware']
  .flatMap((name) => [name, Array(5).fill(name).join(':')])
  .map((value) => ({ 'x-middleware-subrequest': value }))
const AROUND: readonly Readonly<Record<string, string>>[] = [
  ...SUBREQUESTS,
  { 'x-middleware-next': '1' },
  { 'x-middleware-rewrite': '/public' },
  { 'x-middleware-invoke': '1' },
  { 'x-nextjs-data': '1' },
  { 'x-invoke-path': '/public' },
  { 'x-matched-path': '/public' },
  { 'x-original-url': '/public' },
  { 'x-rewrite-url': '/public' },
  { rsc: '1' },
  { rsc: '1', 'next-router-prefetch': '1' },
  { rsc: '1', 'next-router-segment-prefetch': '/_tree' },
  { 'next-url': '/public' },
]
const PATHS = [
  '/account',
  '/account/',
  '/Account',
  '//account',
  '/%61ccount',
  '/%2561ccount',
  '/x/../account',
  '/x/%2e%2e/account',
  '/account;x=1',
  '/account%23',
  '/\\account',
  '/account?_rsc=1',
  '/account.rsc',
  '/account.json',
  '/account.segments/_tree.segment.rsc',
  '/en/account',
  '/_next/data/build/account.json',
]

export function nextBoundary(
  name: string,
  folder: string,
  { proxy, early }: { readonly proxy: boolean; readonly early: boolean },
): void {
  describe(`the boundary of Next: ${name}`, () => {
    const origin = onNext(folder, { proxy })
    const nobody = () => browserLikeClient(origin())

    test(`what stands before the handlers ${early ? 'refuses nobody by the routes' : 'is away'}`, async () => {
      const reply = await nobody().fetchJson('/account/unguarded')
      expect(reply.status).toBe(early ? 401 : 200)
      const alice = await person(origin()).fetchJson('/account/unguarded')
      expect(await alice.json()).toEqual({ unguarded: true })
    })

    test.each(AROUND)('nobody gets in with %j', async (headers) => {
      let reply = await nobody().fetchJson('/account', { headers })
      // Next asks its router's requests for a mark in the address first
      const marked = reply.status === 307 ? reply.headers.get('location') : null
      if (marked !== null) reply = await nobody().fetchJson(marked, { headers })
      expect(await reply.text()).not.toContain('"outcome"')
      expect(reply.status).toBe(401)
      const page = await nobody().navigate('/pages/view/7', { headers })
      expect(await page.text()).not.toMatch(/view (<!-- -->)?7/)
      if (!early) return
      const unguarded = await nobody().fetchJson('/account/unguarded', { headers })
      expect(await unguarded.text()).not.toContain('"unguarded"')
    })

    test.each(PATHS)('nobody gets in at %s', async (path) => {
      for (const method of ['GET', 'HEAD', 'POST']) {
        const { status, text } = await sendRaw(origin(), method, path)
        expect(text).not.toContain('"outcome"')
        expect(status).toBeGreaterThanOrEqual(300)
      }
    })

    test('nothing of Host comes out in a redirect (T37)', async () => {
      const headers = { host: 'evil.example' }
      const reply = await nobody().navigate('/account', { headers })
      expect([reply.status, reply.headers.get('location')]).toEqual([303, '/login'])
    })

    // once: the routes are the same everywhere, and so are the handlers
    if (proxy)
      test('decides whatever the router takes for a guarded path, of a corpus of hostile requests (T32)', async () => {
        const requests = [
          ...hostileTargets('account'),
          ...hostileMethods('every', ['GET', 'OPTIONS']),
        ]
        const [login] = [...person(origin()).cookies].map((pair) => pair.join('='))
        const answers = { reached: /"outcome"/, undecided: /"undecided"/ }
        const count = await sendCorpus(origin(), requests, login, answers)
        const { sent, reached, refused, undecided } = count
        console.log(
          `Next 16: ${sent} sent, ${reached} reached a handler, ${refused} refused, ${undecided.length} undecided`,
        )
        expect([undecided, reached > 20, refused > 20]).toEqual([[], true, true])
        // a handler without a guard of its own, behind the routes of the policy
        const some = hostileTargets('account/unguarded').filter((_one, at) => at % 8 === 0)
        const open = { reached: /"unguarded"/, undecided: /"unguarded"/ }
        expect((await sendCorpus(origin(), some, undefined, open)).undecided).toEqual([])
      }, 240_000)

    if (early)
      test('forwards without a cookie, and spends nothing', async () => {
        const alice = person(origin())
        const account = await alice.navigate('/account/unguarded')
        expect([account.status, account.headers.getSetCookie()]).toEqual([200, []])
        const json = { amount: 20, payee: 'ACME' }
        for (let time = 0; time < 2; time++)
          expect((await alice.fetchJson('/transfer', { json })).status).toBe(200)
        expect((await alice.fetchJson('/transfer', { json })).status).toBe(401)
      })
  })
}

/** The target as it stands: a URL parser would tidy it up. */
function sendRaw(
  origin: string,
  method: string,
  path: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const { hostname, port } = new URL(origin)
  return new Promise((resolve, reject) => {
    const sending = request({ hostname, port, method, path, agent: false }, (reply) => {
      let text = ''
      reply.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      reply.once('end', () => resolve({ status: reply.statusCode ?? 0, text }))
      reply.once('error', reject)
    })
    sending.once('error', reject)
    sending.end()
  })
}
