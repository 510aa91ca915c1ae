import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { copyJson } from '../../src/identity/copy-json.ts'
import { parseIdentity, type VerifiedIdentity } from '../../src/identity/identity.ts'

function parsed(value: unknown): VerifiedIdentity {
  const result = parseIdentity(value)
  if (!result.ok) throw new Error(`refused: ${result.why}`)
  return result.identity
}

describe('parseIdentity', () => {
  test('a copy, frozen: what the app changes later changes nothing', () => {
    const given = {
      subject: 'alice',
      session: 's1',
      authTime: new Date(1_700_000_000_000),
      acr: 'aal1',
      amr: ['pwd'],
      claims: { roles: ['user'], org: { id: 7 } },
    }
    const identity = parsed(given)
    given.amr.push('otp')
    given.claims.roles.push('admin')
    given.claims.org.id = 1
    expect(identity).toEqual({
      subject: 'alice',
      session: 's1',
      authTime: 1_700_000_000_000,
      acr: 'aal1',
      amr: ['pwd'],
      claims: {
        roles: { is: 'known', value: ['user'] },
        org: { is: 'known', value: { id: 7 } },
      },
      unreadable: [],
    })
    for (const part of [
      identity,
      identity.amr,
      identity.claims,
      identity.claims['roles'],
      identity.unreadable,
    ]) {
      expect(Object.isFrozen(part)).toBe(true)
    }
  })

  test.each([
    [undefined, 'absent'],
    [null, 'absent'],
    ['alice', 'not_an_object'],
    [['alice'], 'not_an_object'],
    [() => ({ subject: 'alice' }), 'not_an_object'],
    [{}, 'subject_missing'],
    [{ subject: '' }, 'subject_missing'],
    [{ subject: null }, 'subject_missing'],
    [{ subject: 7 }, 'subject_wrong_type'],
    [{ subject: ['alice'] }, 'subject_wrong_type'],
    [{ subject: 'a'.repeat(256) }, 'subject_malformed'],
    [{ subject: 'alice\nbob' }, 'subject_malformed'],
    [{ subject: '\ud800' }, 'subject_malformed'],
  ])('refuses %j: %s', (value, why) => {
    expect(parseIdentity(value)).toEqual({ ok: false, why })
  })

  test('T12 a getter that throws is no identity', () => {
    const value = {
      get subject(): string {
        throw new Error('database gone')
      },
    }
    expect(parseIdentity(value)).toEqual({ ok: false, why: 'unreadable' })
  })

  test.each([
    ['a Date', new Date(1_700_000_000_000), 1_700_000_000_000],
    ['milliseconds', 1_700_000_000_000, 1_700_000_000_000],
    ['seconds', 1_700_000_000, 1_700_000_000_000],
    ['nothing', undefined, undefined],
  ])('authTime as %s', (_name, authTime, expected) => {
    const identity = parsed({ subject: 'a', authTime })
    expect(identity.authTime).toBe(expected)
    expect(identity.unreadable).toEqual([])
  })

  test.each<['session' | 'authTime' | 'acr' | 'amr' | 'claims', unknown]>([
    ['session', 7],
    ['session', ''],
    ['session', 'x'.repeat(256)],
    ['authTime', '1700000000'],
    ['authTime', Number.NaN],
    ['authTime', Number.POSITIVE_INFINITY],
    ['authTime', new Date('never')],
    ['authTime', -1],
    ['acr', 2],
    ['amr', 'pwd'],
    ['amr', ['pwd', 7]],
    ['amr', Array(33).fill('pwd')],
    ['claims', 'admin'],
    ['claims', ['admin']],
    ['claims', Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`c${index}`, 1]))],
  ])('T11 an ill-typed %s spoils that field alone and helps nobody: %j', (field, value) => {
    const identity = parsed({ subject: 'alice', [field]: value })
    expect(identity.unreadable).toEqual([field])
    expect(identity).toEqual({ ...parsed({ subject: 'alice' }), unreadable: [field] })
  })

  test('an ill-typed claim is unknown, one that is undefined is absent', () => {
    const { claims } = parsed({
      subject: 'a',
      claims: {
        good: 1,
        bad: Number.NaN,
        when: new Date(),
        call: () => 1,
        gone: undefined,
        none: null,
      },
    })
    const unknown = { is: 'unknown', why: 'fact_wrong_type' }
    expect({ ...claims }).toEqual({
      good: { is: 'known', value: 1 },
      bad: unknown,
      when: unknown,
      call: unknown,
      none: { is: 'known', value: null },
    })
  })

  test('no claim comes from a prototype', () => {
    const { claims } = parsed({
      subject: 'a',
      claims: JSON.parse('{"__proto__": {"admin": true}}'),
    })
    expect(claims['constructor']).toBeUndefined()
    expect(claims['admin']).toBeUndefined()
    expect(Object.keys(claims)).toEqual(['__proto__'])
  })

  test('T12 whatever the app answers, it is an identity or a reason, and never an exception', () => {
    fc.assert(
      fc.property(fc.anything({ withDate: true, withBigInt: true, withMap: true }), (value) => {
        expect(
          parseIdentity({ subject: 'a', claims: { value }, amr: value, authTime: value }).ok,
        ).toBe(true)
        expect(typeof parseIdentity(value).ok).toBe('boolean')
      }),
    )
  })
})

describe('copyJson', () => {
  test('JSON comes out as it went in', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        fc.pre(!JSON.stringify(value).includes('__proto__'))
        expect(copyJson(value)?.value).toEqual(value)
      }),
    )
  })

  test.each([
    ['a bigint', 1n],
    ['a map', new Map()],
    ['an instance', new URL('https://h/')],
    ['a hole', new Array(2)],
    ['a string of 5 kB', 'x'.repeat(5000)],
    ['a list of a million', new Array(1e6).fill(0)],
    ['a prototype', JSON.parse('{"__proto__":1}')],
  ])('T52 refuses %s', (_name, value) => {
    expect(copyJson(value)).toBeUndefined()
    expect(copyJson([value])).toBeUndefined()
  })

  test('T52 refuses what is too deep, and what contains itself', () => {
    const loop: unknown[] = []
    loop.push(loop, loop, loop)
    expect(copyJson(loop)).toBeUndefined()
    expect(copyJson(JSON.parse('['.repeat(9) + ']'.repeat(9)))).toBeUndefined()
    expect(copyJson(JSON.parse('['.repeat(8) + ']'.repeat(8)))).toBeDefined()
  })
})
