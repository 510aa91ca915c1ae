import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCookies } from '../../src/request/read-cookies.ts'
import { serializeCookie } from '../../src/request/serialize-cookie.ts'

describe('readCookies', () => {
  test.each<[string, string | undefined, Record<string, string>]>([
    ['none', undefined, {}],
    ['empty', '', {}],
    ['two', 'a=1; b=2', { a: '1', b: '2' }],
    ['white space and no space', ' a = 1 ;b=2', { a: '1', b: '2' }],
    ['encoded', 'a=%20x', { a: ' x' }],
    ['malformed encoding stays as it is', 'a=%zz', { a: '%zz' }],
    ['equals signs in the value', 'a=b=c==', { a: 'b=c==' }],
    ['without an equals sign', 'a; b=2', { b: '2' }],
    ['without a name', '=x; b=2', { b: '2' }],
    ['empty value', 'a=', { a: '' }],
    ['T13 two of one name count as none', 'a=1; b=2; a=1', { b: '2' }],
    ['T13 three too', 'a=1; a=2; a=3; b=2', { b: '2' }],
    ['T13 an empty one and another', 'a=; a=1', {}],
    ['names are exact', '__host-x=1; __Host-x=2', { '__host-x': '1', '__Host-x': '2' }],
    ['names are not decoded', '__%48ost-x=1', { '__%48ost-x': '1' }],
  ])('%s', (_name, header, expected) => {
    expect(Object.fromEntries(readCookies(header))).toEqual(expected)
  })

  test('names of the prototype are names like others, and are not there by themselves', () => {
    const cookies = readCookies('__proto__=1; constructor=2')
    expect([...cookies]).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ])
    expect(readCookies('a=1').get('toString')).toBeUndefined()
  })

  test('T52 a header of 100 kB is not read, and one of the largest size quickly', () => {
    expect(readCookies(`a=1; ${'b'.repeat(100_000)}=1`).size).toBe(0)
    const started = performance.now()
    readCookies('a=1;'.repeat(8192))
    readCookies(';'.repeat(32_768))
    readCookies('='.repeat(32_768))
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

describe('serializeCookie', () => {
  test('all attributes, always', () => {
    expect(serializeCookie({ name: '__Host-device-x', value: 'a.b-c_d', maxAgeSeconds: 60 })).toBe(
      '__Host-device-x=a.b-c_d; Max-Age=60; Path=/; HttpOnly; Secure; SameSite=Lax',
    )
  })

  test('an age of nothing, or below, deletes', () => {
    for (const maxAgeSeconds of [0, -5]) {
      expect(serializeCookie({ name: '__Host-x', value: '', maxAgeSeconds })).toContain(
        'Max-Age=0;',
      )
    }
  })

  test.each(['x', '__host-x', '__Host-', '__Host-x;y', '__Host-x\n'])(
    'refuses the name %j',
    (name) => {
      const cookie = { name: name as '__Host-x', value: '', maxAgeSeconds: 1 }
      expect(() => serializeCookie(cookie)).toThrow('not the name of a __Host- cookie')
    },
  )

  test('refuses an age that is no whole number', () => {
    const cookie = { name: '__Host-x', value: '', maxAgeSeconds: Number.NaN } as const
    expect(() => serializeCookie(cookie)).toThrow(TypeError)
  })

  test('what is set is what is read', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const header = serializeCookie({ name: '__Host-x', value, maxAgeSeconds: 1 })
        expect(readCookies(header.split(';')[0]).get('__Host-x')).toBe(value)
      }),
    )
  })
})
