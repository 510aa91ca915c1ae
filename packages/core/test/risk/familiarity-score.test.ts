import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { familiarityScore, type Login } from '../../src/risk/familiarity-score.ts'

const alice: Login = {
  subject: 'u1',
  address: '198.51.100.7',
  asn: 64500,
  country: 'NO',
  userAgent: 'UA-A',
  browser: 'Chrome 120',
  os: 'Windows 10',
  deviceType: 'desktop',
}
const bob: Login = {
  subject: 'u2',
  address: '203.0.113.9',
  asn: 64501,
  country: 'NO',
  userAgent: 'UA-B',
  browser: 'Safari 17',
  os: 'iOS 17',
  deviceType: 'mobile',
}
const carol: Login = {
  subject: 'u3',
  address: '192.0.2.33',
  asn: 64502,
  country: 'DE',
  userAgent: 'UA-C',
  browser: 'Firefox 121',
  os: 'Linux',
  deviceType: 'desktop',
}
const stranger = {
  address: '100.64.0.1',
  asn: 65000,
  country: 'BR',
  userAgent: 'UA-X',
  browser: 'Edge 1',
  os: 'Android 9',
  deviceType: 'tablet',
}
const logins: readonly Login[] = [
  alice,
  alice,
  alice,
  alice,
  bob,
  bob,
  bob,
  carol,
  carol,
  { ...alice, address: '198.51.100.80' },
]

describe('familiarityScore', () => {
  // worked by hand and checked against the notebook of das-group/rba-algorithm
  test.each<[string, Login, number]>([
    ['E1 familiar', alice, 0.07425046546149178],
    [
      'E2 a new address in the known network',
      { ...alice, address: '198.51.100.200' },
      0.13840488346996171,
    ],
    ["E3 somebody else's device and network", { ...carol, subject: 'u1' }, 59.385951064542475],
    ['E4 all unseen', { subject: 'u1', ...stranger }, 10.666666666666666],
    ['E5 targeted', { ...bob, address: '203.0.113.77' }, 0.10078241904311785],
  ])('%s', (_name, attempt, expected) => {
    const score = familiarityScore(logins, attempt)
    expect(Math.abs((score ?? Number.NaN) / expected - 1)).toBeLessThan(1e-9)
  })

  test('a first login has no score, so it cannot help', () => {
    expect(familiarityScore(logins, { ...alice, subject: 'u4' })).toBeUndefined()
    expect(familiarityScore([], alice)).toBeUndefined()
  })

  test('what a user never showed makes the ratio 4, however rare it is in the population', () => {
    const many = [...logins, ...Array.from({ length: 1000 }, () => bob)]
    const score = familiarityScore(many, { subject: 'u1', ...stranger })
    expect(score).toBeCloseTo((1 / 3 / (5 / 1010)) * 4 * 4, 9)
  })

  test('a missing value is a value of its own, and is not skipped', () => {
    const { userAgent, browser, os, deviceType, ...bare } = alice
    expect(familiarityScore(logins, bare)).toBe(
      familiarityScore(logins, { ...bare, userAgent: '-', browser: '-', os: '-', deviceType: '-' }),
    )
    expect(familiarityScore(logins, bare)).toBeGreaterThan(
      familiarityScore(logins, alice) ?? Number.NaN,
    )
    expect(familiarityScore([bare, bob], bare)).toBeLessThan(
      familiarityScore([bare, bob], alice) ?? Number.NaN,
    )
  })

  test('the order of logins makes no difference', () => {
    const shuffled = fc.shuffledSubarray([...logins], { minLength: logins.length })
    fc.assert(
      fc.property(shuffled, (order) => {
        expect(familiarityScore(order, alice)).toBeCloseTo(0.07425046546149178, 12)
      }),
    )
  })

  test('it is a positive number or undefined, whatever comes', () => {
    const value = fc.constantFrom('a', 'b', '-', '', undefined, '__proto__')
    const login = fc.record({
      subject: fc.constantFrom('u1', 'u2'),
      address: value,
      asn: value,
      country: value,
      userAgent: value,
      browser: value,
      os: value,
      deviceType: value,
    })
    fc.assert(
      fc.property(fc.array(login), login, (earlier, attempt) => {
        const score = familiarityScore(earlier, attempt)
        const known = earlier.some(({ subject }) => subject === attempt.subject)
        expect(score === undefined).toBe(!known)
        if (score !== undefined) expect(score > 0 && Number.isFinite(score)).toBe(true)
      }),
    )
  })
})
