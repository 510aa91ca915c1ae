import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalPath } from '../../src/request/canonical-path.ts'

describe('canonicalPath', () => {
  test.each([
    ['/p', '/p'],
    ['/', '/'],
    ['//', '/'],
    ['/p/', '/p'],
    ['/P', '/p'],
    ['//p', '/p'],
    ['/a///b//', '/a/b'],
    ['/%61', '/a'],
    ['/%41', '/a'],
    ['/a/./b', '/a/b'],
    ['/a/../p', '/p'],
    ['/a/%2e%2E/p', '/p'],
    ['/../../p', '/p'],
    ['/p?x=/q', '/p'],
    ['/p?', '/p'],
    ['/p#/q', '/p'],
    ['/p#?/q', '/p'],
    ['/p%3Fx', '/p?x'],
    ['/p%23', '/p#'],
    ['/a\\b', '/a/b'],
    ['/a%5cb', '/a/b'],
    ['/a%2Fb', '/a%2fb'],
    ['/a%20b', '/a b'],
    ['/caf%C3%89', '/café'],
    ['/p;x=1', '/p;x=1'],
    ['http://shop.example/p', '/p'],
    ['HTTP://shop.example:80/P/?x', '/p'],
    ['http://[::1]:3000/p', '/p'],
    ['http://shop.example', '/'],
    ['http://shop.example?x=/p', '/'],
    ['http:///p', '/p'],
  ])('T32 reads %s as %s', (target, path) => {
    expect(canonicalPath(target)).toBe(path)
  })

  test('T32 decodes once: a double-encoded path is another path, and still works', () => {
    expect(canonicalPath('/%2561')).toBe('/%61')
    expect(canonicalPath('/%2561')).not.toBe(canonicalPath('/a'))
    expect(canonicalPath('/a%252e%252e/b')).toBe('/a%2e%2e/b')
  })

  test.each([
    ['', 'nothing'],
    ['*', 'asterisk-form'],
    ['p', 'no leading slash'],
    ['shop.example:443', 'authority-form'],
    ['/%', 'a bare percent sign'],
    ['/%zz', 'no hexadecimal'],
    ['/%c3', 'half a character'],
    ['/%c0%ae', 'an overlong encoding'],
    ['/a%00b', 'an encoded NUL'],
    ['/a%0ab', 'an encoded newline'],
    ['/a\tb', 'a tab'],
    ['/a b', 'a space'],
    ['ftp://shop.example/p', 'another scheme'],
    ['http://user@shop.example/p', 'user information'],
    ['http://shop:x/p', 'a host that url.parse moves into the path'],
    ['http://sh%6fp/p', 'an encoded host'],
    [`/${'a'.repeat(20_000)}`, 'over-long'],
  ])('T32 does not claim to know %j (%s)', (target) => {
    expect(canonicalPath(target)).toBeUndefined()
  })

  test('T34 the query is never seen', () => {
    const query = fc.string().map((text) => text.replace(/[^\x21-\x7e]/g, ''))
    fc.assert(
      fc.property(query, (text) => {
        expect(canonicalPath(`/p?${text}`)).toBe('/p')
      }),
    )
  })

  test('what is canonical stays as it is, percent signs apart', () => {
    fc.assert(
      fc.property(fc.webPath(), (target) => {
        const path = canonicalPath(target)
        fc.pre(path !== undefined && !/[%?#\s]/.test(path))
        expect(canonicalPath(path ?? '')).toBe(path)
      }),
    )
  })

  test('encoding a letter, doubling a slash or changing the case makes no difference', () => {
    const segment = fc.stringMatching(/^[a-z]{1,6}$/)
    const disguise = fc.constantFrom(
      (path: string) => path.toUpperCase(),
      (path: string) => `${path}/`,
      (path: string) => path.replaceAll('/', '//'),
      (path: string) => path.replaceAll('/', '/./'),
      (path: string) => path.replaceAll('/', '/x/..%2e/../').replaceAll('..%2e/../', '../'),
      (path: string) => path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
    )
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 5 }), disguise, (segments, wear) => {
        const path = `/${segments.join('/')}`
        expect(canonicalPath(wear(path))).toBe(path)
      }),
    )
  })

  test('T52 the worst target is read in bounded time', () => {
    const started = performance.now()
    for (const unit of ['/..;%2f\\', '/%2e%2e;', '//', ';', '%2f', 'É']) {
      canonicalPath(`/${unit.repeat(Math.floor(16_000 / unit.length))}`)
    }
    expect(performance.now() - started).toBeLessThan(2000)
  })
})
