// What an instance sends by itself only tightens; whoever may take a signal back can also weaken it.
import { describe, expect, test } from 'vitest'
import {
  createLiveSignals,
  type LiveSignals,
  type LiveSignalsJson,
} from '../../src/state/live-signals.ts'

const about = { subject: 'alice' }
const signal = (share: number, until: number) => ({ code: 'velocity', about, share, until })

/** What a snapshot keeps of them. */
function kept(signals: LiveSignals): LiveSignalsJson {
  const all = signals.copy()
  return JSON.parse(JSON.stringify(all.slice(0, all.length)))
}

describe('createLiveSignals', () => {
  test.each([
    { name: 'a weaker one', share: 0.2, until: 500, due: { share: 0.8, until: 1_000 } },
    {
      name: 'a weaker one that ends later',
      share: 0.2,
      until: 2_000,
      due: { share: 0.8, until: 2_000 },
    },
    {
      name: 'a stronger one that ends earlier',
      share: 1,
      until: 500,
      due: { share: 1, until: 1_000 },
    },
    { name: 'one that takes it back', share: 0, until: 2_000, due: { share: 0.8, until: 2_000 } },
    {
      name: 'a share that is none',
      share: Number.NaN,
      until: 500,
      due: { share: 1, until: 1_000 },
    },
  ])('$name by an instance leaves what holds', ({ share, until, due }) => {
    const signals = createLiveSignals()
    signals.fold(signal(0.8, 1_000), 0, false)
    signals.fold(signal(share, until), 100, true)
    expect(signals.find('velocity', about, 200)).toMatchObject(due)
  })

  test('one that is over does not strengthen the next', () => {
    const signals = createLiveSignals()
    signals.fold(signal(1, 1_000), 0, false)
    signals.fold(signal(0.3, 3_000), 2_000, true)
    expect(signals.find('velocity', about, 2_500)).toMatchObject({ share: 0.3, until: 3_000 })
  })

  test('with authority a signal is weakened, and taken back', () => {
    const signals = createLiveSignals()
    signals.fold(signal(1, 1_000), 0, false)
    signals.fold(signal(0.3, 500), 100, false)
    expect(signals.find('velocity', about, 200)).toMatchObject({ share: 0.3, until: 500 })
    signals.fold(signal(0, 500), 300, false)
    expect(signals.find('velocity', about, 400)).toBeUndefined()
  })
})

describe('signals of several sources', () => {
  const told = (source: string, share: number, more: object = {}) => ({
    ...signal(share, 1_000),
    source,
    ...more,
  })
  const share = (signals: ReturnType<typeof createLiveSignals>) =>
    signals.find('velocity', about, 200)?.share

  test('each takes back its own alone, and the strongest counts', () => {
    const signals = createLiveSignals()
    signals.fold(told('a', 1), 0, false)
    signals.fold(told('b', 0.5), 0, false)
    signals.fold(signal(0.2, 1_000), 0, false)
    expect(share(signals)).toBe(1)
    signals.fold(told('a', 0), 100, false)
    expect(share(signals)).toBe(0.5)
    signals.fold(signal(0, 1_000), 100, false)
    expect(share(signals)).toBe(0.5)
    const again = createLiveSignals(kept(signals))
    again.fold(told('b', 0), 100, false)
    expect(share(again)).toBeUndefined()
  })

  test('one that only tightens takes nothing back', () => {
    const signals = createLiveSignals()
    signals.fold(told('a', 1), 0, false)
    signals.fold(told('a', 0.5, { onlyTightens: true }), 100, false)
    signals.fold(told('a', 0, { onlyTightens: true }), 100, false)
    expect(share(signals)).toBe(1)
  })

  test.each([
    { name: 'an older one takes nothing back', at: 40, due: 1 },
    { name: 'one of the same moment does', at: 50, due: undefined },
    { name: 'a later one does', at: 60, due: undefined },
  ])('by when it was so: $name', ({ at, due }) => {
    const signals = createLiveSignals()
    signals.fold(told('a', 1, { observedAt: 50 }), 0, false)
    signals.fold(told('a', 0, { observedAt: at }), 100, false)
    expect(share(signals)).toBe(due)
  })

  test('what an older one confirms is not made older by it', () => {
    const signals = createLiveSignals()
    signals.fold(told('a', 1, { observedAt: 50 }), 0, false)
    signals.fold(told('a', 1, { observedAt: 10 }), 100, false)
    signals.fold(told('a', 0, { observedAt: 20 }), 100, false)
    expect(share(signals)).toBe(1)
  })

  test('two people with sessions of one name keep theirs apart', () => {
    const signals = createLiveSignals()
    const of = (subject: string) => ({ session: '1', subject })
    signals.fold({ ...signal(1, 1_000), about: of('alice') }, 0, false)
    signals.fold({ ...signal(0.5, 1_000), about: of('bob') }, 0, false)
    expect(signals.find('velocity', of('alice'), 200)?.share).toBe(1)
    expect(signals.find('velocity', of('bob'), 200)?.share).toBe(0.5)
  })
})

describe('a signal about what a request does not name (law 1)', () => {
  const about = [
    { name: 'a device', given: { device: 'd1', subject: 'alice' } },
    { name: 'a session', given: { session: 's1', subject: 'alice' } },
    { name: 'an address', given: { address: '192.0.2.1' } },
  ]
  test.each(about)('$name may hold where the request leaves it out, until its end', ({ given }) => {
    const signals = createLiveSignals()
    signals.fold({ code: 'malware', about: given, share: 1, until: 1_000 }, 0, false)
    expect(signals.mayHold('malware', { subject: 'alice' }, 999)).toBe(true)
    expect(signals.mayHold('malware', { subject: 'alice' }, 1_000)).toBe(false)
    expect(signals.mayHold('velocity', { subject: 'alice' }, 999)).toBe(false)
    const all = { subject: 'alice', device: 'd2', session: 's2', address: '192.0.2.2' }
    expect(signals.mayHold('malware', all, 999)).toBe(false)
  })

  test('is nobody else’s, and survives a snapshot', () => {
    const signals = createLiveSignals()
    const given = { device: 'd1', subject: 'alice' }
    signals.fold({ code: 'malware', about: given, share: 1, until: 1_000 }, 0, false)
    const restored = createLiveSignals(kept(signals))
    expect(restored.mayHold('malware', { subject: 'alice' }, 500)).toBe(true)
    expect(restored.mayHold('malware', { subject: 'bob' }, 500)).toBe(false)
  })
})
