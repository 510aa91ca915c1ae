// Risk as a range: unknown signals at nothing and at full.
import { describe, expect, test } from 'vitest'
import type { ThreatModel } from '../../src/policy/compiled-policy.ts'
import type { Facts, Signal, Truth } from '../../src/policy/facts.ts'
import type { Level } from '../../src/policy/risk.ts'
import {
  assessRisk,
  isBelow,
  type PreparedSegment,
  prepareModel,
} from '../../src/risk/assess-risk.ts'
import { sampleFacts } from '../policy/sample-facts.ts'

const model: ThreatModel = {
  bias: -2,
  signals: { a: 1, b: 3, 'cold-start': 0.5 },
  levels: { MEDIUM: 0.25, HIGH: 0.7 },
}

const score = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds))
const present = (share = 1): Signal => ({ is: 'present', share, until: 0 })
const absent: Signal = { is: 'absent', share: 0, until: 0 }
const unjudged: Signal = { is: 'unjudged', share: 0, until: 0 }
const failed: Signal = { is: 'unknown', share: 0, until: 0 }

function segment(name: string, when?: Truth, of: ThreatModel = model): PreparedSegment {
  const prepared = prepareModel(name, of)
  return { name, key: `segment:${name}`, model: prepared, when: when && (() => when) }
}

function factsWith(signals: Readonly<Record<string, Signal>>): Facts {
  return { ...sampleFacts, signals }
}

interface Case {
  readonly name: string
  readonly signals: Readonly<Record<string, Signal>>
  readonly low: number
  readonly high: number
  readonly level: Level | 'unknown'
  readonly upper: Level
}

const cases: readonly Case[] = [
  {
    name: 'nothing',
    signals: { a: absent, b: absent },
    low: -2,
    high: -2,
    level: 'LOW',
    upper: 'LOW',
  },
  {
    name: 'one signal',
    signals: { a: present(), b: absent },
    low: -1,
    high: -1,
    level: 'MEDIUM',
    upper: 'MEDIUM',
  },
  {
    name: 'both',
    signals: { a: present(), b: present() },
    low: 2,
    high: 2,
    level: 'HIGH',
    upper: 'HIGH',
  },
  {
    name: 'a share',
    signals: { a: present(0.5), b: absent },
    low: -1.5,
    high: -1.5,
    level: 'LOW',
    upper: 'LOW',
  },
  {
    name: 'a share of nothing',
    signals: { a: present(0), b: absent },
    low: -2,
    high: -2,
    level: 'LOW',
    upper: 'LOW',
  },
  {
    name: 'a share that is none',
    signals: { a: present(Number.NaN), b: absent },
    low: -2,
    high: -1,
    level: 'unknown',
    upper: 'MEDIUM',
  },
  {
    name: 'a negative share',
    signals: { a: present(-5), b: absent },
    low: -2,
    high: -1,
    level: 'unknown',
    upper: 'MEDIUM',
  },
  {
    name: 'a share above all',
    signals: { a: present(2), b: absent },
    low: -2,
    high: -1,
    level: 'unknown',
    upper: 'MEDIUM',
  },
  {
    name: 'an unknown signal',
    signals: { a: failed, b: absent },
    low: -2,
    high: -1,
    level: 'unknown',
    upper: 'MEDIUM',
  },
  {
    name: 'a signal that is missing is unknown',
    signals: { a: absent },
    low: -2,
    high: 1,
    level: 'unknown',
    upper: 'HIGH',
  },
  {
    name: 'no history',
    signals: { a: unjudged, b: absent },
    low: -1.5,
    high: -1.5,
    level: 'LOW',
    upper: 'LOW',
  },
  {
    name: 'no history of either counts once',
    signals: { a: unjudged, b: unjudged },
    low: -1.5,
    high: -1.5,
    level: 'LOW',
    upper: 'LOW',
  },
  {
    name: 'no history of one, the other unknown',
    signals: { a: failed, b: unjudged },
    low: -1.5,
    high: -0.5,
    level: 'unknown',
    upper: 'MEDIUM',
  },
  {
    name: 'signals of other models say nothing',
    signals: { a: absent, b: absent, c: present() },
    low: -2,
    high: -2,
    level: 'LOW',
    upper: 'LOW',
  },
]

describe('assessRisk', () => {
  test.each(cases)('$name', ({ signals, low, high, level, upper }) => {
    const risk = assessRisk([segment('s')], factsWith(signals), {})
    expect(risk.low).toBeCloseTo(score(low), 12)
    expect(risk.high).toBeCloseTo(score(high), 12)
    expect(risk.upper).toBe(upper)
    expect(risk.level.is === 'known' ? risk.level.value : 'unknown').toBe(level)
  })

  test('an unknown signal may also be one without history: the larger of both', () => {
    const shy: ThreatModel = { ...model, signals: { a: 0.1, 'cold-start': 2 } }
    const risk = assessRisk([segment('s', undefined, shy)], factsWith({ a: failed }), {})
    expect(risk.high).toBeCloseTo(score(0), 12)
    expect(risk.factors).toEqual([{ code: 'a', added: 2, unknown: true }])
  })

  test('a score on the border has the higher level', () => {
    const even: ThreatModel = { bias: 0, signals: {}, levels: { MEDIUM: 0.1, HIGH: 0.5 } }
    expect(assessRisk([segment('s', undefined, even)], factsWith({}), {}).upper).toBe('HIGH')
  })

  test('factors are those that add something, the largest first', () => {
    const { factors } = assessRisk([segment('s')], factsWith({ a: present(), b: failed }), {})
    expect(factors).toEqual([
      { code: 'b', added: 3, unknown: true },
      { code: 'a', added: 1, unknown: false },
    ])
  })

  test('the order in which signals are written changes no bit of the score', () => {
    const signals = { a: 0.1, b: 0.2, c: 0.3, d: 0.7, e: 1.1 }
    const facts = factsWith(
      Object.fromEntries(Object.keys(signals).map((code) => [code, present()])),
    )
    const scores = [Object.entries(signals), Object.entries(signals).reverse()].map((entries) => {
      const of = { ...model, signals: Object.fromEntries(entries) }
      return assessRisk([segment('s', undefined, of)], facts, {}).high
    })
    expect(scores[0]).toBe(scores[1])
  })

  const hot: ThreatModel = { bias: 3, signals: {}, levels: { MEDIUM: 0.2, HIGH: 0.5 } }
  const calm: ThreatModel = { bias: -5, signals: {}, levels: { MEDIUM: 0.2, HIGH: 0.5 } }

  test.each<{ name: string; segments: PreparedSegment[]; level: Level | 'unknown'; upper: Level }>([
    { name: 'no segment', segments: [], level: 'unknown', upper: 'HIGH' },
    {
      name: 'one that matches',
      segments: [segment('c', 'true', calm)],
      level: 'LOW',
      upper: 'LOW',
    },
    {
      name: 'one that does not match',
      segments: [segment('c', 'false', calm)],
      level: 'unknown',
      upper: 'HIGH',
    },
    {
      name: 'one that may match bounds nothing',
      segments: [segment('c', 'unknown', calm)],
      level: 'unknown',
      upper: 'HIGH',
    },
    {
      name: 'the highest of several',
      segments: [segment('c', 'true', calm), segment('h', 'true', hot)],
      level: 'HIGH',
      upper: 'HIGH',
    },
    {
      name: 'one that may match raises the upper end alone',
      segments: [segment('c', undefined, calm), segment('h', 'unknown', hot)],
      level: 'unknown',
      upper: 'HIGH',
    },
    {
      name: 'one that may match and is calm changes nothing',
      segments: [segment('h', 'true', hot), segment('c', 'unknown', calm)],
      level: 'HIGH',
      upper: 'HIGH',
    },
    {
      name: 'one that does not match is left out',
      segments: [segment('c', 'true', calm), segment('h', 'false', hot)],
      level: 'LOW',
      upper: 'LOW',
    },
  ])('$name: $level, at most $upper', ({ segments, level, upper }) => {
    for (const ordered of [segments, [...segments].reverse()]) {
      const conditions: Record<string, Truth> = {}
      const risk = assessRisk(ordered, factsWith({}), conditions)
      expect(risk.level.is === 'known' ? risk.level.value : 'unknown').toBe(level)
      expect(risk.upper).toBe(upper)
      for (const { key, when } of segments) expect(conditions[key]).toBe(when?.(sampleFacts))
    }
  })
})

describe('isBelow', () => {
  test.each<[Level, Level, boolean]>([
    ['LOW', 'MEDIUM', true],
    ['LOW', 'HIGH', true],
    ['MEDIUM', 'HIGH', true],
    ['MEDIUM', 'MEDIUM', false],
    ['HIGH', 'HIGH', false],
    ['HIGH', 'MEDIUM', false],
    ['LOW', 'LOW', false],
  ])('%s is below %s: %s', (level, ceiling, due) => {
    expect(isBelow(level, ceiling)).toBe(due)
  })
})
