import { describe, expect, test } from 'vitest'
import { editHeaders, editResponse, readFetchRequest, toResponse } from '../../src/index.ts'

const EDITS = {
  headers: [
    ['cache-control', 'private, no-store'],
    ['vary', 'Cookie'],
  ],
  cookies: [{ name: '__Host-evidence', value: 'sealed', maxAgeSeconds: 60 }],
} as const
const COOKIE = '__Host-evidence=sealed; Max-Age=60; Path=/; HttpOnly; Secure; SameSite=Lax'

describe('toResponse', () => {
  test('has the status, the headers, the cookies and the body of the reply', async () => {
    const body = { type: 'application/problem+json', text: '{}' } as const
    const response = toResponse({ status: 401, ...EDITS, body })
    expect([response.status, await response.text()]).toEqual([401, '{}'])
    expect([...response.headers]).toEqual([
      ['cache-control', 'private, no-store'],
      ['content-type', 'application/problem+json'],
      ['set-cookie', COOKIE],
      ['vary', 'Cookie'],
    ])
  })

  test('a redirect has neither body nor type', async () => {
    const response = toResponse({ status: 303, headers: [['location', '/login']], cookies: [] })
    expect([response.body, [...response.headers]]).toEqual([null, [['location', '/login']]])
  })
})

describe('editResponse', () => {
  test('is the last word on caching, and keeps what else there is', () => {
    const headers = { 'cache-control': 'public', vary: 'Origin', 'set-cookie': 'app=1' }
    const response = new Response('text', { headers })
    expect(editResponse(response, EDITS)).toBe(response)
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect(response.headers.get('vary')).toBe('Origin, Cookie')
    expect(response.headers.getSetCookie()).toEqual(['app=1', COOKIE])
  })

  test('a response that cannot be changed is copied', () => {
    const fixed = Response.redirect('https://shop.example/elsewhere', 302)
    const edited = editResponse(fixed, EDITS)
    expect([edited.status, edited.headers.get('location')]).toEqual([
      302,
      'https://shop.example/elsewhere',
    ])
    expect(edited.headers.get('cache-control')).toBe('private, no-store')
    expect(edited.headers.getSetCookie()).toEqual([COOKIE])
  })
})

test.each([
  { name: 'a star', vary: '*', after: '*' },
  { name: 'ours already', vary: 'origin, cookie', after: 'origin, cookie' },
])('$name in Vary stays as it is', ({ vary, after }) => {
  const headers = new Headers({ vary })
  editHeaders(headers, EDITS)
  expect(headers.get('vary')).toBe(after)
})

test('guards inside guards set a cookie once', () => {
  const headers = new Headers()
  editHeaders(headers, EDITS)
  editHeaders(headers, EDITS)
  expect([headers.getSetCookie(), headers.get('vary')]).toEqual([[COOKIE], 'Cookie'])
})

describe('readFetchRequest', () => {
  test.each([
    { url: 'http://shop.example/a/b?x=/y#z', target: '/a/b?x=/y#z' },
    { url: 'http://shop.example', target: '/' },
    { url: 'http://shop.example//evil.example/a', target: '//evil.example/a' },
    { url: '/', target: '/' },
  ])('the target of $url is $target: nothing of the host', ({ url, target }) => {
    expect(readFetchRequest({ url, method: 'GET', headers: new Headers() }).target()).toBe(target)
  })

  test('reads headers by name, the method in upper case, and knows no peer', () => {
    const headers = new Headers({ Cookie: 'a=1' })
    const reader = readFetchRequest({ url: 'http://shop.example/', method: 'patch', headers })
    expect([
      reader.method(),
      reader.header('cookie'),
      reader.header('origin'),
      reader.peerAddress(),
    ]).toEqual(['PATCH', 'a=1', undefined, undefined])
  })
})
