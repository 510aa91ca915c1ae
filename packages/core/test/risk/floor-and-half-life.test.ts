// What a signal may do besides its weight: a floor under the level, and fading with time (law 1).
import { describe, expect, test } from 'vitest'
import type { Signal } from '../../src/policy/facts.ts'
import { assessRisk, prepareModel } from '../../src/risk/assess-risk.ts'
import type { Observation } from '../../src/risk/detector.ts'
import { factorText } from '../../src/risk/factor-text.ts'
import { gatherSignals } from '../../src/risk/gather-signals.ts'
import { createLiveSignals } from '../../src/state/live-signals.ts'
import { sampleFacts } from '../policy/sample-facts.ts'

const HOUR = 3_600_000
const model = prepareModel('m', {
  bias: -6,
  signals: { strange: 0.5 },
  levels: { MEDIUM: 0.3, HIGH: 0.7 },
})

function riskOf(strange: Signal): string {
  const segments = [{ name: 's', key: 'segment:s', model, when: undefined }]
  const risk = assessRisk(segments, { ...sampleFacts, signals: { strange } }, {})
  return `${risk.level.is === 'known' ? risk.level.value : 'unknown'}, at most ${risk.upper}`
}

function gather(answer: Observation | 'unknown', heard?: { share: number; until: number }): Signal {
  const detector = { code: 'strange', floor: 'MEDIUM' as const, judge: () => answer as Observation }
  const gathered = gatherSignals(
    ['strange'],
    new Map([['strange', detector]]),
    {} as never,
    { find: () => heard, mayHold: () => false },
    { ask: () => answer, forget: () => {}, lookups: () => ({ hits: 0, misses: 0 }) },
    'login',
  )
  return (gathered as Record<string, Signal>)['strange'] as Signal
}

describe('a floor', () => {
  test.each<{ name: string; answer: Observation | 'unknown'; heard?: number; risk: string }>([
    { name: 'absent', answer: { is: 'absent' }, risk: 'LOW, at most LOW' },
    { name: 'present without it', answer: { is: 'present' }, risk: 'LOW, at most LOW' },
    {
      name: 'present with it, however small the share',
      answer: { is: 'present', share: 0.01, floor: 'MEDIUM' },
      risk: 'MEDIUM, at most MEDIUM',
    },
    {
      name: 'present with it, and heard in full besides',
      answer: { is: 'present', share: 0.01, floor: 'MEDIUM' },
      heard: 1,
      risk: 'MEDIUM, at most MEDIUM',
    },
    {
      name: 'a share that is none, with it',
      answer: { is: 'present', share: Number.NaN, floor: 'MEDIUM' },
      risk: 'unknown, at most MEDIUM',
    },
    { name: 'unknown: it may have been there', answer: 'unknown', risk: 'unknown, at most MEDIUM' },
    {
      name: 'unknown, and heard in full: still it may',
      answer: 'unknown',
      heard: 1,
      risk: 'unknown, at most MEDIUM',
    },
    { name: 'no history', answer: { is: 'unjudged' }, risk: 'LOW, at most LOW' },
  ])('$name', ({ answer, heard, risk }) => {
    expect(
      riskOf(gather(answer, heard === undefined ? undefined : { share: heard, until: 9 })),
    ).toBe(risk)
  })

  test('is never HIGH by itself, and is told in words', () => {
    const signals = { strange: gather({ is: 'present', share: 1, floor: 'MEDIUM' }) }
    const segments = [{ name: 's', key: 'segment:s', model, when: undefined }]
    const { factors, high } = assessRisk(segments, { ...sampleFacts, signals }, {})
    expect(high).toBe(0.3)
    expect(factors.map(factorText)).toEqual([
      'The signal strange is present. The level is at least MEDIUM.',
    ])
  })
})

describe('a half-life', () => {
  const about = { subject: 'alice', session: 's1' }
  const heard = (
    share: number,
    who: { subject: string; session?: string } = { subject: 'alice' },
  ) => ({ code: 'fraud', about: who as { subject: string }, share, until: 100 * HOUR }) as const

  test.each([
    { name: 'at once', at: 0, share: 0.8 },
    { name: 'after one', at: 6 * HOUR, share: 0.4 },
    { name: 'after two', at: 12 * HOUR, share: 0.2 },
    { name: 'on a clock that went back, nothing is weaker', at: -6 * HOUR, share: 0.8 },
  ])('$name', ({ at, share }) => {
    const signals = createLiveSignals()
    signals.fold(heard(0.8), 0, false)
    expect(signals.find('fraud', about, at, 6 * HOUR)?.share).toBeCloseTo(share, 12)
    expect(signals.find('fraud', about, at)?.share).toBe(0.8)
  })

  test('of several the one that is strongest now counts', () => {
    const signals = createLiveSignals()
    signals.fold(heard(1), 0, false)
    signals.fold(heard(0.6, { subject: 'alice', session: 's1' }), 12 * HOUR, false)
    expect(signals.find('fraud', about, 12 * HOUR, 6 * HOUR)?.share).toBe(0.6)
  })

  test('heard again, it begins anew; what an instance sends weakens nothing', () => {
    const signals = createLiveSignals()
    signals.fold(heard(0.8), 0, false)
    signals.fold(heard(0.1), 6 * HOUR, true)
    expect(signals.find('fraud', about, 6 * HOUR, 6 * HOUR)?.share).toBe(0.8)
  })

  test('is kept in a snapshot, and what comes from an older one does not fade', () => {
    const signals = createLiveSignals()
    signals.fold(heard(0.8), 0, false)
    const again = createLiveSignals(JSON.parse(JSON.stringify(signals.copy().slice(0, 1))))
    expect(again.find('fraud', about, 6 * HOUR, 6 * HOUR)?.share).toBeCloseTo(0.4, 12)
    const older = createLiveSignals([['subject', 'alice', 'fraud', { share: 0.8, until: HOUR }]])
    expect(older.find('fraud', about, HOUR - 1, 60_000)?.share).toBe(0.8)
  })
})
