import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readReturnTo } from '../../src/request/read-return-to.ts'

const ORIGIN = 'https://shop.example'

describe('readReturnTo', () => {
  test.each([
    ['/account', 'https://shop.example/account'],
    ['/', 'https://shop.example/'],
    ['/account?tab=2#x', 'https://shop.example/account?tab=2#x'],
    ['https://shop.example/account', 'https://shop.example/account'],
    ['HTTPS://SHOP.example:443/a', 'https://shop.example/a'],
    ['https://shop.example', 'https://shop.example/'],
    ['/a/../b', 'https://shop.example/b'],
    ['/a//b', 'https://shop.example/a//b'],
    ['/%2561', 'https://shop.example/%2561'],
    ['/%2f%2fevil.example', 'https://shop.example/%2f%2fevil.example'],
    ['/é', 'https://shop.example/%C3%A9'],
    ['/?next=//evil.example', 'https://shop.example/?next=//evil.example'],
  ])('takes %s', (value, target) => {
    expect(readReturnTo(value, ORIGIN)).toBe(target)
  })

  test.each([
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '///evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '\t//evil.example',
    ' //evil.example',
    '//evil.example ',
    'https:///evil.example',
    'https:/evil.example',
    'https:evil.example',
    'https://evil.example',
    'http://shop.example/account',
    'https://shop.example:8443/',
    'https://shop.example@evil.example/',
    'https://user@shop.example/',
    'https://user:pw@shop.example/',
    'https://@shop.example/',
    'https://shop.example./',
    'https://shop.example.:443/',
    'https://shop.example.evil.example/',
    'blob:https://shop.example/x',
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,x',
    '/.//evil.example',
    '/a/..//evil.example',
    '/./\\evil.example',
    '/%2e//evil.example',
    '/a/%2E%2e//evil.example',
    'https://shop.example//evil.example',
    'https://shop.example/.//evil.example',
    'https:\\\\shop.example/x',
    '',
    'account',
    '?x',
    '#x',
    './x',
    '../x',
    '/a\u0000',
    '/a\u007f',
    '/a b',
    'ftp://shop.example/',
    'about:blank',
    `/${'a'.repeat(3000)}`,
    '//shop.example/account',
  ])('T40 refuses %j', (value) => {
    expect(readReturnTo(value, ORIGIN)).toBeUndefined()
  })

  test.each([undefined, null, 7, {}, ['/account'], new URL('https://shop.example/')])(
    'T40 refuses what is no string: %j',
    (value) => {
      expect(readReturnTo(value, ORIGIN)).toBeUndefined()
    },
  )

  test('without a public origin paths come in and go out, and nothing else', () => {
    expect(readReturnTo('/account?x#y', undefined)).toBe('/account?x#y')
    expect(readReturnTo('/a/../b', undefined)).toBe('/b')
    expect(readReturnTo('https://return.invalid/x', undefined)).toBeUndefined()
    expect(readReturnTo('https://shop.example/x', undefined)).toBeUndefined()
    expect(readReturnTo('/.//evil.example', undefined)).toBeUndefined()
  })

  test.each(['', 'shop.example', 'file:///x', 'about:blank'])(
    'a public origin that is none refuses everything: %j',
    (origin) => {
      expect(readReturnTo('/account', origin)).toBeUndefined()
    },
  )

  const nasty = fc.array(
    fc.constantFrom(
      '/',
      '\\',
      '.',
      '..',
      '@',
      ':',
      'evil.example',
      'shop.example',
      'https:',
      '%2f',
      '%2e',
      '%5c',
      '\t',
      '\n',
      ' ',
      '?',
      '#',
      ';',
      '\u0000',
      '//',
      'a',
    ),
    { maxLength: 8 },
  )

  test('T40 what comes out is of the origin, begins no authority, and reads the same again', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          nasty.map((parts) => parts.join('')),
          fc.string(),
          fc.webUrl(),
        ),
        (value) => {
          const target = readReturnTo(value, ORIGIN)
          if (target === undefined) return
          expect(new URL(target, ORIGIN).origin).toBe(ORIGIN)
          expect(new URL(target).pathname).not.toMatch(/^\/\//)
          expect(readReturnTo(target, ORIGIN)).toBe(target)
        },
      ),
      { numRuns: 3000 },
    )
  })

  test('T40 a path that comes out stays on whatever origin it is used', () => {
    fc.assert(
      fc.property(
        nasty.map((parts) => `/${parts.join('')}`),
        (value) => {
          const target = readReturnTo(value, undefined)
          if (target === undefined) return
          expect(target).toMatch(/^\/(?!\/)/)
          expect(new URL(target, 'https://any.example/deep/page').origin).toBe(
            'https://any.example',
          )
          expect(readReturnTo(target, undefined)).toBe(target)
        },
      ),
      { numRuns: 3000 },
    )
  })
})
