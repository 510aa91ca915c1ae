// A source that has gone quiet may have something to tell: its signals are unknown (law 1).
import { describe, expect, test } from 'vitest'
import { loosens } from '../../src/state/check-authority.ts'
import { createSources } from '../../src/state/sources.ts'

const life = (signals: readonly string[], until: number) => ({ signals, until })

describe('createSources', () => {
  test('a source is alive until its end, and quiet from then on', () => {
    const sources = createSources()
    expect(sources.isQuiet('account-disabled', 0)).toBe(false)
    sources.fold('idp', life(['account-disabled'], 1_000))
    expect(sources.isQuiet('account-disabled', 999)).toBe(false)
    expect(sources.isQuiet('account-disabled', 1_000)).toBe(true)
    expect(sources.isQuiet('another', 1_000)).toBe(false)
    sources.fold('idp', life(['account-disabled'], 2_000))
    expect(sources.isQuiet('account-disabled', 1_000)).toBe(false)
  })

  test('of two sources of one signal, one that is quiet is enough', () => {
    const sources = createSources()
    sources.fold('a', life(['x'], 1_000))
    sources.fold('b', life(['x', 'y'], 5_000))
    expect(sources.isQuiet('x', 2_000)).toBe(true)
    expect(sources.isQuiet('y', 2_000)).toBe(false)
    sources.fold('a', life([], 0))
    expect(sources.isQuiet('x', 2_000)).toBe(false)
    expect(sources.list()).toEqual([['b', life(['x', 'y'], 5_000)]])
  })

  test('what it no longer tells no longer depends on it', () => {
    const sources = createSources()
    sources.fold('a', life(['x', 'y'], 1_000))
    sources.fold('a', life(['y'], 1_000))
    expect(sources.isQuiet('x', 2_000)).toBe(false)
    expect(sources.isQuiet('y', 2_000)).toBe(true)
  })

  test('an end that is no number is no proof of life', () => {
    const sources = createSources()
    sources.fold('a', life(['x'], Number.NaN))
    expect(sources.isQuiet('x', 0)).toBe(true)
  })

  test('comes back from its JSON', () => {
    const sources = createSources()
    sources.fold('a', life(['x'], 1_000))
    const again = createSources(JSON.parse(JSON.stringify(sources.toJson())))
    expect(again.isQuiet('x', 999)).toBe(false)
    expect(again.isQuiet('x', 1_000)).toBe(true)
  })
})

test('being heard takes no authority, and being a source no longer does (law 12)', () => {
  const said = (signals: readonly string[]) =>
    loosens({ topic: 'source', data: { source: 'idp', signals, until: 1 } })
  expect(said(['account-disabled'])).toBe(false)
  expect(said([])).toBe(true)
})
