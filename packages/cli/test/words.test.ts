import { describe, expect, it } from 'vitest'
import { parseUntil } from '../src/input/parse-until.ts'
import { printable, printableJson } from '../src/output/printable.ts'
import { ageAt, lengthOf, moment } from '../src/output/times.ts'

describe('printable', () => {
  it.each([
    { name: 'an escape sequence', text: '\u001b[2J', as: '\\u001b[2J' },
    { name: 'CSI in one character', text: '\u009b31m', as: '\\u009b31m' },
    { name: 'a line break', text: 'a\r\nb', as: 'a\\u000d\\u000ab' },
    { name: 'a line separator', text: 'a\u2028b', as: 'a\\u2028b' },
    { name: 'a mark that turns the text', text: '\u202egnp.exe', as: '\\u202egnp.exe' },
    { name: 'what cannot be seen', text: 'a\u200bb\ufeff', as: 'a\\u200bb\\ufeff' },
    { name: 'half a character', text: '\ud83d', as: '\\ud83d' },
    { name: 'letters of any script', text: 'Zoë 山 😀 عربي', as: 'Zoë 山 😀 عربي' },
  ])('$name', ({ text, as }) => {
    expect(printable(text)).toBe(as)
  })

  it('leaves JSON the same data', () => {
    const value = { 'a\u009b\u2028': ['\u001b\n\u202e', 1, null] }
    const text = printableJson(value, 2)
    expect(text).toMatch(/^[\x20-\x7e\n]*$/)
    expect(JSON.parse(text)).toEqual(value)
  })
})

describe('parseUntil', () => {
  const now = Date.parse('2026-11-24T12:00:00Z')
  it.each([
    { text: '90m', ends: '2026-11-24T13:30:00.000Z' },
    { text: '7d', ends: '2026-12-01T12:00:00.000Z' },
    { text: '2026-12-01', ends: '2026-12-02T00:00:00.000Z' },
    { text: '2026-12-01T10:00:00Z', ends: '2026-12-01T10:00:00.000Z' },
  ])('$text', ({ text, ends }) => {
    expect(new Date(parseUntil(text, now)).toISOString()).toBe(ends)
  })

  it.each(['', 'tomorrow', '0m', '5 m', '2026-02-29', '2026-12-01T10:00:00', '2026-13-01', '12'])(
    'not %j',
    (text) => {
      expect(() => parseUntil(text, now)).toThrow(/has to be a date or a length of time/)
    },
  )
})

describe('times', () => {
  it.each([
    [0, '0 seconds'],
    [900, '15 minutes'],
    [90_000, '1 day and 1 hour'],
    [86_401, '1 day'],
    [3_661, '1 hour and 1 minute'],
  ])('%i seconds', (seconds, words) => {
    expect(lengthOf(seconds)).toBe(words)
  })

  it('tells moments, and ages in either direction', () => {
    expect(moment(0)).toBe('1970-01-01 00:00:00 UTC')
    expect(moment(Number.NaN)).toBe('at no time')
    expect(ageAt(0, 60_000)).toBe('1 minute before')
    expect(ageAt(60_000, 0)).toBe('1 minute after')
    expect(ageAt(0, 400)).toBe('at that moment')
  })
})
