import { describe, expect, test } from 'vitest'
import { suggestName } from '../src/problems/did-you-mean.ts'
import { formatPath } from '../src/problems/policy-problem.ts'
import { parseDuration } from '../src/words/parse-duration.ts'
import { parseEnd } from '../src/words/parse-end.ts'
import { parseNetwork } from '../src/words/parse-network.ts'

describe('parseDuration', () => {
  test.each([
    ['90s', 90_000],
    ['15m', 900_000],
    ['12h', 43_200_000],
    ['30d', 2_592_000_000],
    ['366d', 31_622_400_000],
    ['527040m', 31_622_400_000],
  ])('%s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  test.each([
    '',
    '0s',
    '-5m',
    '05m',
    '5',
    'm',
    '1.5h',
    '1d12h',
    '5 m',
    '5M',
    '5w',
    '367d',
    '8785h',
    '٣d',
    '999999999d',
    '9999999999s',
    ' 5m',
    '5m\n',
  ])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined()
  })
})

describe('parseEnd', () => {
  test.each([
    ['2027-03-31', '2027-04-01T00:00:00.000Z'],
    ['2028-02-29', '2028-03-01T00:00:00.000Z'],
    ['2026-12-31', '2027-01-01T00:00:00.000Z'],
    ['2027-03-31T18:00:00Z', '2027-03-31T18:00:00.000Z'],
    ['2027-03-31T18:00:00.5Z', '2027-03-31T18:00:00.500Z'],
  ])('%s', (text, first) => {
    expect(new Date(parseEnd(text) ?? Number.NaN).toISOString()).toBe(first)
  })

  test.each([
    '2027-02-29',
    '2027-02-30',
    '2027-04-31',
    '2027-13-01',
    '2027-00-10',
    '2027-1-1',
    '2027-03-31T18:00:00',
    '2027-03-31T18:00:00+01:00',
    '2027-03-31T24:00:01Z',
    '2027-02-29T12:00:00Z',
    '2027',
    'tomorrow',
    '2027-03-31 18:00:00Z',
    '',
  ])('refuses %j', (text) => {
    expect(parseEnd(text)).toBeUndefined()
  })
})

describe('parseNetwork', () => {
  test.each([
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['192.168.1.7/32', '192.168.1.7/32'],
    ['2001:DB8::/32', '2001:db8::/32'],
    ['2001:db8:0:0:0:0:0:1/128', '2001:db8::1/128'],
  ])('%s is %s', (text, network) => {
    expect(parseNetwork(text)).toEqual({ ok: true, network, everywhere: false })
  })

  test.each(['0.0.0.0/0', '::/0'])('%s is everywhere', (text) => {
    expect(parseNetwork(text)).toMatchObject({ ok: true, everywhere: true })
  })

  test.each([
    ['10.0.0.1/8', '10.0.0.0/8'],
    ['10.1.2.3', '10.1.2.3/32'],
    ['2001:db8::1/32', '2001:db8::/32'],
    ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
    ['::1', '::1/128'],
  ])('%s is refused: %s was meant', (text, write) => {
    expect(parseNetwork(text)).toEqual({ ok: false, write })
  })

  test.each([
    '',
    '/',
    '10/8',
    '10.0.0/8',
    '010.0.0.0/8',
    '0x0a.0.0.0/8',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    '::/129',
    'fe80::1%eth0/64',
    'example.org',
    '10.0.0.256/32',
    '10.0.0.0/',
  ])('%j is refused', (text) => {
    expect(parseNetwork(text)).toEqual({ ok: false })
  })
})

describe('suggestName', () => {
  test('names the nearest, or what there is where nothing is near', () => {
    expect(suggestName('requires', ['id', 'require'])).toBe('did you mean require?')
    expect(suggestName('zzzzzz', ['a', 'b'])).toBe('write one of a, b')
    expect(suggestName('zzzzzz', [])).toBe('there is none to name here')
    const many = Array.from({ length: 20 }, (_, i) => `name-${i}`)
    expect(suggestName('zzzzzz', many)).toMatch(/name-11, …$/)
  })
})

test('formatPath', () => {
  expect(formatPath([])).toBe('')
  expect(formatPath(['rules', 2, 'when'])).toBe('rules[2].when')
  expect(formatPath(['actions', 'transfer.create', 'resource', 'amount'])).toBe(
    'actions["transfer.create"].resource.amount',
  )
})
