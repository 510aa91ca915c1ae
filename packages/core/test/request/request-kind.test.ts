import { describe, expect, test } from 'vitest'
import {
  isSameOrigin,
  isUnsafeMethod,
  mayChangeSomething,
} from '../../src/request/is-same-origin.ts'
import { isNavigation, isPrefetch, isPreflight } from '../../src/request/request-kind.ts'
import type { RequestReader } from '../../src/request/request-reader.ts'

const ORIGIN = 'https://shop.example'
const CHROME = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8'

function reader(headers: Record<string, string>, method = 'GET'): RequestReader {
  return {
    method: () => method,
    target: () => '/',
    header: (name) => headers[name],
    peerAddress: () => undefined,
  }
}

describe('isNavigation', () => {
  test.each([
    ['a page', { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }, true],
    ['a frame', { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }, false],
    ['fetch', { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty', accept: CHROME }, false],
    ['half of Fetch Metadata', { 'sec-fetch-site': 'none', accept: CHROME }, false],
    ['an old browser', { accept: CHROME }, true],
    ['curl', { accept: '*/*' }, false],
    ['nothing', {}, false],
    ['JSON first', { accept: 'application/json, text/html' }, false],
    ['HTML preferred', { accept: 'application/json;q=0.5, text/html;q=0.9' }, true],
    ['HTML refused', { accept: 'text/html;q=0' }, false],
    ['a quality that is none', { accept: 'text/html;q=9' }, false],
    ['an over-long header', { accept: 'text/html,'.repeat(1000) }, false],
  ])('%s', (_name, headers: Record<string, string>, expected) => {
    expect(isNavigation(reader(headers))).toBe(expected)
  })

  test('a form post is one, a PUT is not', () => {
    expect(isNavigation(reader({ accept: CHROME }, 'POST'))).toBe(true)
    expect(isNavigation(reader({ accept: CHROME }, 'PUT'))).toBe(false)
  })
})

describe('isPreflight', () => {
  const asks = { origin: ORIGIN, 'access-control-request-method': 'POST' }
  test.each<[string, Record<string, string>, string, boolean]>([
    ['a preflight', asks, 'OPTIONS', true],
    ['no method asked for', { origin: ORIGIN }, 'OPTIONS', false],
    ['no origin', { 'access-control-request-method': 'POST' }, 'OPTIONS', false],
    ['another method with its headers', asks, 'POST', false],
    ['GET with its headers', asks, 'GET', false],
  ])('%s', (_name, headers, method, expected) => {
    expect(isPreflight(reader(headers, method))).toBe(expected)
  })
})

describe('mayChangeSomething', () => {
  test.each<[string, Record<string, string>, string, boolean]>([
    ['GET', {}, 'GET', false],
    ['POST', {}, 'POST', true],
    ['what opens a WebSocket', { upgrade: 'websocket' }, 'GET', true],
    ['in any case', { upgrade: 'h2c, WebSocket' }, 'GET', true],
    ['another version of HTTP', { upgrade: 'h2c' }, 'GET', false],
  ])('%s', (_name, headers, method, expected) => {
    expect(mayChangeSomething(reader(headers, method))).toBe(expected)
  })
})

describe('isPrefetch', () => {
  test.each<[Record<string, string>, boolean]>([
    [{ 'sec-purpose': 'prefetch' }, true],
    [{ 'sec-purpose': 'prefetch;prerender' }, true],
    [{ purpose: 'Prefetch' }, true],
    [{ 'x-purpose': 'preview' }, true],
    [{ 'x-moz': 'prefetch' }, true],
    [{ 'next-router-prefetch': '1' }, true],
    [{ 'next-router-prefetch': '' }, true],
    [{ purpose: 'work' }, false],
    [{}, false],
  ])('T39 %j: %s', (headers, expected) => {
    expect(isPrefetch(reader(headers))).toBe(expected)
  })
})

describe('isSameOrigin', () => {
  test.each<[string, Record<string, string>, boolean, boolean]>([
    // with a public origin, without one
    ['Fetch Metadata alone', { 'sec-fetch-site': 'same-origin' }, true, true],
    ['both', { 'sec-fetch-site': 'same-origin', origin: ORIGIN }, true, true],
    ['Origin alone', { origin: ORIGIN }, true, false],
    [
      'Origin and Host agree, which proves nothing',
      { origin: 'https://h', host: 'h' },
      false,
      false,
    ],
    ['nothing', {}, false, false],
    [
      'another site',
      { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
      false,
      false,
    ],
    [
      'a subdomain',
      { 'sec-fetch-site': 'same-site', origin: 'https://x.shop.example' },
      false,
      false,
    ],
    ['the address bar', { 'sec-fetch-site': 'none' }, false, false],
    ['a contradiction', { 'sec-fetch-site': 'cross-site', origin: ORIGIN }, false, false],
    [
      'Origin withheld by the referrer policy',
      { 'sec-fetch-site': 'same-origin', origin: 'null' },
      true,
      true,
    ],
    ['an opaque origin', { 'sec-fetch-site': 'cross-site', origin: 'null' }, false, false],
    ['an opaque origin without Fetch Metadata', { origin: 'null' }, false, false],
    ['plain http', { origin: 'http://shop.example' }, false, false],
    ['another port', { origin: 'https://shop.example:8443' }, false, false],
    ['two of one header', { 'sec-fetch-site': 'same-origin, same-origin' }, false, false],
    ['two origins', { origin: `${ORIGIN}, ${ORIGIN}` }, false, false],
  ])('%s', (_name, headers, configured, unconfigured) => {
    expect(isSameOrigin(reader(headers, 'POST'), ORIGIN)).toBe(configured)
    expect(isSameOrigin(reader(headers, 'POST'), undefined)).toBe(unconfigured)
  })

  test('a foreign Origin beats Fetch Metadata', () => {
    const headers = { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' }
    expect(isSameOrigin(reader(headers), ORIGIN)).toBe(false)
  })

  test('a public origin that is none proves nothing', () => {
    expect(isSameOrigin(reader({ origin: 'null' }), 'file:///x')).toBe(false)
    expect(isSameOrigin(reader({ origin: 'shop' }), 'shop')).toBe(false)
  })

  test.each([
    ['GET', false],
    ['HEAD', false],
    ['OPTIONS', false],
    ['POST', true],
    ['get', true],
    ['', true],
  ])('%s is unsafe: %s', (method, expected) => {
    expect(isUnsafeMethod(method)).toBe(expected)
  })
})
