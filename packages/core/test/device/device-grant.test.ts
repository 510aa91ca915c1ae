// A use ends the idle time: what was idle for too long must have ended before that.
import { describe, expect, test } from 'vitest'
import { limitsAfterUse } from '../../src/device/device-grant.ts'

const DAY = 86_400_000
const limits = (overall: number, idle: number) => ({ overallMs: overall * DAY, idleMs: idle * DAY })
const OVER = limits(0, 0)

describe('limitsAfterUse', () => {
  test.each([
    {
      name: 'used in time',
      before: { a: limits(30, 7) },
      now: { a: limits(30, 7) },
      days: 7,
      left: { a: limits(30, 7) },
    },
    {
      name: 'idle for too long',
      before: { a: limits(30, 7) },
      now: { a: limits(30, 7) },
      days: 8,
      left: undefined,
    },
    {
      name: 'idle for longer than is allowed now',
      before: { a: limits(30, 7) },
      now: { a: limits(30, 1) },
      days: 2,
      left: undefined,
    },
    {
      name: 'idle for longer than was allowed then',
      before: { a: limits(30, 1) },
      now: { a: limits(30, 7) },
      days: 2,
      left: undefined,
    },
    {
      name: 'one of two is over',
      before: { a: limits(30, 7), b: limits(9, 1) },
      now: { a: limits(30, 7), b: limits(9, 1) },
      days: 2,
      left: { a: limits(30, 7), b: OVER },
    },
    {
      name: 'one that came later is over',
      before: { a: limits(30, 7) },
      now: { a: limits(30, 7), b: limits(9, 1) },
      days: 2,
      left: { a: limits(30, 7), b: OVER },
    },
    {
      name: 'one that came later and holds adds no limit',
      before: { a: limits(30, 7) },
      now: { b: limits(9, 3) },
      days: 2,
      left: { a: limits(30, 7) },
    },
    {
      name: 'what was over stays over',
      before: { a: limits(30, 7), b: OVER },
      now: { a: limits(30, 7), b: limits(30, 7) },
      days: 1,
      left: { a: limits(30, 7), b: OVER },
    },
    { name: 'no limits at all', before: {}, now: {}, days: 0, left: undefined },
    {
      name: 'a moment that is none',
      before: { a: limits(30, 7) },
      now: {},
      days: Number.NaN,
      left: undefined,
    },
  ])('$name', ({ before, now, days, left }) => {
    expect(limitsAfterUse({ usedAt: 0, limits: before }, now, days * DAY)).toEqual(left)
  })
})
