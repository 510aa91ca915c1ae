// The population's counts: never too few, bounded, and the same however instances share the logins.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cellsFromText, cellsToText, countMin } from '../src/history/count-min.ts'
import { distinctValues } from '../src/history/distinct-values.ts'
import { createPopulation, populationFromJson } from '../src/history/population.ts'
import { DAY, NOON } from './support/scene.ts'

const words = fc.array(fc.string({ maxLength: 4 }), { maxLength: 60 })

describe('a count-min sketch', () => {
  test('never counts too little', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 64 }), (values, width) => {
        const sketch = countMin(width)
        for (const value of values) sketch.add(value)
        return values.every(
          (value) => sketch.count(value) >= values.filter((one) => one === value).length,
        )
      }),
    )
  })

  test('merged is as if it had seen all, and comes back from text', () => {
    fc.assert(
      fc.property(words, words, (left, right) => {
        const [a, b, both] = [countMin(64), countMin(64), countMin(64)]
        for (const value of left) a.add(value)
        for (const value of right) b.add(value)
        for (const value of [...left, ...right]) both.add(value)
        a.merge(b)
        expect(a.cells).toEqual(both.cells)
        expect(cellsFromText(cellsToText(a.cells), a.cells.length)).toEqual(a.cells)
      }),
    )
  })

  test.each([
    '',
    'full:',
    'pairs:AAAA',
    'full:AAAAAA==',
    'pairs:AACAPwAAgD8AAIA/',
    'pairs://///w==',
  ])('refuses %j', (text) => expect(() => cellsFromText(text, 8)).toThrow(/sketch/))
})

describe('distinct values', () => {
  test.each([
    { count: 3, within: 0 },
    { count: 500, within: 0 },
    { count: 20_000, within: 0.2 },
  ])('$count of them', ({ count, within }) => {
    const values = distinctValues()
    for (let round = 0; round < 2; round++)
      for (let i = 0; i < count; i++) values.add(`value ${i}`, NOON)
    expect(Math.abs(values.estimate(NOON) / count - 1)).toBeLessThanOrEqual(within)
    expect(values.sample().seen.length).toBeLessThanOrEqual(512)
  })

  test('of several instances together, whoever merges first', () => {
    const parts = [0, 1, 2].map((part) => {
      const values = distinctValues()
      for (let i = part * 500; i < part * 500 + 1_000; i++) values.add(`value ${i}`, NOON)
      return values
    })
    const merged = [parts, [...parts].reverse()].map((order) => {
      const all = distinctValues()
      for (const part of order) all.merge(part.sample())
      return all.estimate(NOON)
    })
    expect(merged[0]).toBe(merged[1])
    expect(Math.abs((merged[0] as number) / 2_000 - 1)).toBeLessThan(0.2)
  })

  test('are forgotten after six months', () => {
    const values = distinctValues()
    values.add('old', NOON)
    values.add('new', NOON + 100 * DAY)
    expect(
      [NOON, NOON + 183 * DAY, NOON + 184 * DAY, NOON + 300 * DAY].map((at) => values.estimate(at)),
    ).toEqual([2, 2, 1, 0])
  })
})

describe('a population', () => {
  const login = (n: number) => ({
    values: {
      ...{ address: `a${n}`, asn: `${n % 50}`, country: `${n % 5}`, userAgent: `u${n % 300}` },
      ...{ browser: `b${n % 20}`, os: `o${n % 6}`, deviceType: 'desktop' },
    },
    place: undefined,
  })

  test('does not grow with logins', () => {
    const population = createPopulation()
    const sizes = [2_000, 20_000].map((count) => {
      for (let i = 0; i < count; i++) population.add(login(i), `user ${i % 5_000}`, NOON)
      return JSON.stringify(population.toJson()).length
    })
    expect(sizes[1]).toBeLessThan(400_000)
    expect((sizes[1] as number) / (sizes[0] as number)).toBeLessThan(3)
    const own = { logins: 4, count: () => 0 }
    const counts = population.counts(own, NOON)
    expect(counts.logins).toBe(22_000)
    expect(counts.count('country', '1')).toBeCloseTo(4_400, -2)
    expect(Math.abs(counts.users / 5_000 - 1)).toBeLessThan(0.2)
    expect(counts.distinct('asn')).toBe(50)
  })

  test('fades by half in two months, and never holds less than the person’s own', () => {
    const population = createPopulation()
    for (let i = 0; i < 100; i++) population.add(login(1), 'alice', NOON)
    population.age(NOON + 61 * DAY)
    const own = { logins: 80, count: () => 70 }
    expect(population.parts.logins).toBeCloseTo(50, 6)
    expect(population.counts(own, NOON + 61 * DAY).logins).toBe(80)
    expect(population.counts(own, NOON + 61 * DAY).count('asn', '1')).toBe(70)
  })

  test('of another version, or spoilt, is refused', () => {
    const json = createPopulation().toJson() as Record<string, never>
    for (const spoilt of [
      null,
      {},
      { ...json, v: 9 },
      { ...json, fine: 'full:AAAA' },
      { ...json, users: null },
    ])
      expect(() => populationFromJson(spoilt as never)).toThrow()
  })
})
