// T37: whoever chose Host, or a header that stands in for it, chose where a redirect, a link or an e-mail led
// (Koa CVE-2026-27959; onlook CVE-2025-63784).
import { expect, test } from 'vitest'
import { type RawReply, rawRequest } from './support/raw-request.ts'
import { forEachShop } from './support/shops.ts'
import { SESSION } from './support/visitor.ts'

type Lines = readonly (readonly [string, string])[]

const EVIL = 'evil.example'
const HOSTS: readonly { readonly name: string; readonly lines: Lines; readonly target?: string }[] =
  [
    { name: 'Host', lines: [['Host', EVIL]] },
    { name: 'Host with a port', lines: [['Host', `${EVIL}:1234`]] },
    { name: 'Host with user information', lines: [['Host', `localhost@${EVIL}`]] },
    { name: 'Host with a path', lines: [['Host', `${EVIL}/x?`]] },
    { name: 'X-Forwarded-Host', lines: [['X-Forwarded-Host', EVIL]] },
    {
      name: 'all that proxies send',
      lines: [
        ['X-Forwarded-Host', EVIL],
        ['X-Forwarded-Proto', 'https'],
        ['X-Forwarded-Server', EVIL],
        ['X-Host', EVIL],
        ['X-Original-Host', EVIL],
        ['X-Forwarded-Prefix', `//${EVIL}`],
        ['Forwarded', `host=${EVIL};proto=https`],
      ],
    },
    {
      name: 'Origin and Referer',
      lines: [
        ['Origin', `https://${EVIL}`],
        ['Referer', `https://${EVIL}/`],
      ],
    },
    { name: 'an absolute target', lines: [], target: `http://${EVIL}` },
  ]
const NO_HOST = ['Host with user information', 'Host with a path']
const NAVIGATION: Lines = [
  ['Sec-Fetch-Mode', 'navigate'],
  ['Sec-Fetch-Dest', 'document'],
  ['Accept', 'text/html'],
]
const FORM: Lines = [['Content-Type', 'application/x-www-form-urlencoded']]

forEachShop((shop) => {
  // Next itself, ahead of all code of an app, answers an absolute target with a redirect to it that has fewer slashes. No
  // page can make a browser send one: browsers do so to proxies alone.
  const hosts = shop.name === 'next' ? HOSTS.filter(({ target }) => target === undefined) : HOSTS
  test.each(hosts)('T37: nothing of $name comes out', async ({ name, lines, target = '' }) => {
    const alice = shop.visitor()
    await alice.signIn('alice')
    const signedIn: Lines = [['Cookie', `${SESSION}=${alice.cookies.get(SESSION)}`]]
    const send = (path: string, headers: Lines, body?: string) =>
      rawRequest(shop.origin(), `${target}${path}`, {
        headers: [...lines, ...headers],
        ...(body === undefined ? {} : { method: 'POST', body }),
      })

    const login = await send('/account', NAVIGATION)
    // its server takes no Host that is none, ahead of all code of an app
    if (shop.name === 'hono' && NO_HOST.includes(name)) return expectOwn(login, 400)
    expectOwn(login, 303, /^\/login$/)
    const challenged = await send(
      '/transfer',
      [...signedIn, ...NAVIGATION, ...FORM],
      'amount=200&payee=ACME',
    )
    expectOwn(challenged, 303, /^\/step-up\?ticket=[\w.-]+$/)
    const problem = await send('/transfer', [...signedIn, ...FORM], 'amount=200&payee=ACME')
    expectOwn(problem, 401)
    expect(JSON.parse(chunksOf(problem)).challengeUrl).toMatch(/^\/step-up\?ticket=/)
    for (const path of [
      '/account',
      '/',
      '/login',
      '/account/',
      '/devices',
      '/nowhere',
      '//account',
      '/healthz',
    ])
      expectOwn(await send(path, [...signedIn, ...NAVIGATION]))
  })

  test('T37: where a completed challenge leads does not hang on it either', async () => {
    const bob = shop.visitor()
    await bob.signIn('bob')
    const ticket = await bob.challenged()
    const cookie = [...bob.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const reply = await rawRequest(shop.origin(), '/step-up', {
      method: 'POST',
      headers: [
        ['Host', EVIL],
        ['X-Forwarded-Host', EVIL],
        ['Cookie', cookie],
        ['Sec-Fetch-Site', 'same-origin'],
        ...NAVIGATION,
        ...FORM,
      ],
      body: new URLSearchParams({ ticket, code: await bob.code('bob') }).toString(),
    })
    expectOwn(reply, 303, new RegExp(`^(${shop.origin()})?/$`))
  })
})

function expectOwn(reply: RawReply, status?: number, location?: RegExp): void {
  expect(reply.text).not.toContain(EVIL)
  if (status !== undefined) expect(reply.status).toBe(status)
  if (location !== undefined) expect(reply.headers['location']).toMatch(location)
}

/** The body, also where it came in one chunk. */
function chunksOf({ body }: RawReply): string {
  return body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1)
}
