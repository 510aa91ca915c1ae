import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { type BrowserLikeClient, browserLikeClient } from '../src/index.ts'

test.each<{ name: string; send: (client: BrowserLikeClient) => Promise<Response>; seen: object }>([
  {
    name: 'opens a page',
    send: (client) => client.navigate('/page?x=1'),
    seen: { line: 'GET /page?x=1', mode: 'navigate', dest: 'document', site: 'none', body: '' },
  },
  {
    name: 'sends a form',
    send: (client) => client.submit('/form', { a: '1 2' }),
    seen: {
      line: 'POST /form',
      mode: 'navigate',
      site: 'same-origin',
      origin: 'self',
      body: 'a=1+2',
    },
  },
  {
    name: 'fetches',
    send: (client) => client.fetchJson('/api'),
    seen: { line: 'GET /api', mode: 'cors', dest: 'empty', site: 'same-origin', body: '' },
  },
  {
    name: 'fetches with a body',
    send: (client) => client.fetchJson('/api', { json: { a: 1 } }),
    seen: { line: 'POST /api', mode: 'cors', origin: 'self', body: '{"a":1}' },
  },
  {
    name: 'leaves out what it is told to',
    send: (client) => client.submit('/form', {}, { headers: { origin: undefined } }),
    seen: { line: 'POST /form', origin: null },
  },
  {
    name: 'sends as a program',
    send: (client) => client.send('/api', { method: 'DELETE' }),
    seen: { line: 'DELETE /api', mode: null, site: null, origin: null },
  },
])('$name as a browser would', async ({ send, seen }) => {
  const client = browserLikeClient(await echo())
  const told = await (await send(client)).json()
  const origin = told.origin === client.origin ? 'self' : told.origin
  expect({ ...told, origin }).toMatchObject(seen)
})

test('keeps cookies, Secure ones too, until they are taken away, and follows redirects', async () => {
  const client = browserLikeClient(await echo())
  const set = await client.navigate('/set')
  expect(set.headers.getSetCookie()).toHaveLength(2)
  expect((await (await client.follow(set)).json()).cookie).toBe('a=1; b=x=y')
  await client.navigate('/unset')
  expect([...client.cookies]).toEqual([['b', 'x=y']])
})

async function echo(): Promise<string> {
  const server = createServer(async (req, res) => {
    if (req.url === '/set')
      res.setHeader('set-cookie', ['a=1; Path=/; Secure', 'b=x=y; HttpOnly']).writeHead(303, {
        location: '/page',
      })
    if (req.url === '/unset') res.setHeader('set-cookie', 'a=; Max-Age=0')
    res.end(JSON.stringify(await told(req)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())))
  return `http://localhost:${(server.address() as AddressInfo).port}`
}

async function told(req: IncomingMessage): Promise<object> {
  let body = ''
  for await (const chunk of req) body += chunk
  const header = (name: string) => req.headers[name] ?? null
  return {
    line: `${req.method} ${req.url}`,
    mode: header('sec-fetch-mode'),
    dest: header('sec-fetch-dest'),
    site: header('sec-fetch-site'),
    origin: header('origin'),
    cookie: header('cookie'),
    body,
  }
}
