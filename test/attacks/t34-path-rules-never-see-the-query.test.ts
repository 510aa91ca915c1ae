// T34: a query that looked like an open path opened a closed one, for rules were matched against both together
// (oauth2-proxy GHSA-7rh7-c77v-6434).
import { expect, test } from 'vitest'
import { rawRequest } from './support/raw-request.ts'
import { forEachShop } from './support/shops.ts'

const OPEN = [
  '/',
  '/login',
  '/logout',
  '/step-up',
  '/healthz',
  '/favicon.ico',
  '/_next/static/x.js',
]
const QUERIES = OPEN.flatMap((path) => [
  `?${path}`,
  `?x=${path}`,
  `?/..${path}`,
  `?x=1&${path}`,
  `??${path}`,
  `?#${path}`,
  `?;${path}`,
  `?%2f..${path}`,
  `?x=http://localhost${path}`,
  `?_method=POST&path=${path}`,
])

forEachShop((shop) => {
  test('T34: no query opens a guarded path', async () => {
    for (const query of QUERIES) {
      const account = await rawRequest(shop.origin(), `/account${query}`)
      expect([account.status, account.text.includes('"outcome"')], query).toEqual([401, false])
      const transfer = await rawRequest(shop.origin(), `/transfer${query}`, {
        method: 'POST',
        headers: [
          ['Content-Type', 'application/json'],
          ['Sec-Fetch-Site', 'same-origin'],
        ],
        body: '{"amount":20,"payee":"ACME"}',
      })
      expect([transfer.status, transfer.text.includes('"amount"')], query).toEqual([401, false])
    }
  })

  test('T34: no query closes an open path', async () => {
    for (const path of ['/', '/healthz', '/login'])
      for (const query of [
        '?/account',
        '?x=/account',
        '?/../account',
        '?x=1&/account/x',
        '?%2faccount',
      ]) {
        const reply = await rawRequest(shop.origin(), `${path}${query}`)
        expect(reply.status, `${path}${query}`).toBe(200)
      }
  })
})
