import { fakeClock } from '@countersign/testing'
import { expect, it } from 'vitest'

it('stands still until it is told, and its clocks can be set apart', () => {
  const clock = fakeClock(1000)
  const monotonic = clock.monotonic()
  expect(clock.now()).toBe(1000)
  clock.advance(50)
  expect([clock.now(), clock.monotonic() - monotonic]).toEqual([1050, 50])
  clock.jump(-500)
  expect([clock.now(), clock.monotonic() - monotonic]).toEqual([550, 50])
})
