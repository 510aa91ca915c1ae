import { expect, it } from 'vitest'
import { parseDuration } from '../src/parse-duration.ts'

it.each([
  ['250ms', 250],
  ['90s', 90_000],
  ['15m', 900_000],
  ['12h', 43_200_000],
  ['30d', 2_592_000_000],
  ['999999999d', 86_399_999_913_600_000],
])('%s', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

it.each([
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
  '9999999999s',
  '٣d',
  ' 5m',
  '5m\n',
])('not %j', (text) => {
  expect(parseDuration(text)).toBeUndefined()
})
