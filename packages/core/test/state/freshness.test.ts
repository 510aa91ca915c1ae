import { describe, expect, it } from 'vitest'
import { createFreshness } from '../../src/state/freshness.ts'

function clockAt(wall: number, monotonic: number) {
  return {
    wall,
    mono: monotonic,
    now() {
      return this.wall
    },
    monotonic() {
      return this.mono
    },
    pass(ms: number) {
      this.wall += ms
      this.mono += ms
    },
  }
}

describe('freshness', () => {
  it('is stale before the first confirmation', () => {
    const freshness = createFreshness(clockAt(1000, 10), 5000)
    expect(freshness.isStale()).toBe(true)
    expect(freshness.ageMs()).toBe(Number.POSITIVE_INFINITY)
    expect(freshness.lastConfirmedWall()).toBeUndefined()
  })

  it('is fresh up to the bound, inclusive', () => {
    const clock = clockAt(1_000_000, 10)
    const freshness = createFreshness(clock, 5000)
    freshness.confirmed(10)
    clock.pass(5000)
    expect(freshness.isStale()).toBe(false)
    clock.pass(1)
    expect(freshness.isStale()).toBe(true)
  })

  it('counts from when the read was sent, not from when it came back', () => {
    const clock = clockAt(1_000_000, 10)
    const freshness = createFreshness(clock, 5000)
    clock.pass(4000)
    freshness.confirmed(10)
    expect(freshness.ageMs()).toBe(4000)
    expect(freshness.lastConfirmedWall()).toBe(1_000_000)
  })

  it.each([
    { name: 'the wall clock alone', wall: 6000, mono: 0 },
    {
      name: 'the monotonic clock alone (a suspended machine: the other way round)',
      wall: 0,
      mono: 6000,
    },
  ])('is stale by $name', ({ wall, mono }) => {
    const clock = clockAt(1_000_000, 10)
    const freshness = createFreshness(clock, 5000)
    freshness.confirmed(10)
    clock.wall += wall
    clock.mono += mono
    expect(freshness.isStale()).toBe(true)
  })

  it('a skew over 30 s is stale until the next confirmation, even when the clock jumps back', () => {
    const clock = clockAt(1_000_000, 10)
    const freshness = createFreshness(clock, 60_000)
    freshness.confirmed(10)
    clock.wall -= 30_000
    expect(freshness.isStale()).toBe(false)
    clock.wall -= 1
    expect(freshness.isStale()).toBe(true)
    clock.wall += 30_001
    expect(freshness.isStale()).toBe(true)
    freshness.confirmed(10)
    expect(freshness.isStale()).toBe(false)
  })

  it('broken is stale however fresh, until caught up and confirmed', () => {
    const clock = clockAt(1_000_000, 10)
    const freshness = createFreshness(clock, 5000)
    freshness.confirmed(10)
    freshness.markBroken()
    expect(freshness.isStale()).toBe(true)
    clock.pass(4000)
    freshness.confirmed(4010)
    expect(freshness.ageMs()).toBe(4000)
    freshness.caughtUp()
    freshness.confirmed(4010)
    expect(freshness.isStale()).toBe(false)
    expect(freshness.ageMs()).toBe(0)
  })

  it('a confirmation from the future or the past does not make it fresher', () => {
    const clock = clockAt(1_000_000, 1000)
    const freshness = createFreshness(clock, 5000)
    freshness.confirmed(999_999)
    expect(freshness.ageMs()).toBe(0)
    clock.pass(100)
    freshness.confirmed(500)
    expect(freshness.ageMs()).toBe(100)
  })

  it('a clock that gives no number is stale', () => {
    const clock = clockAt(1_000_000, 10)
    const freshness = createFreshness(clock, 5000)
    freshness.confirmed(10)
    clock.wall = Number.NaN
    expect(freshness.isStale()).toBe(true)
  })
})
