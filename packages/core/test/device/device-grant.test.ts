// A use ends the idle time: what was idle for too long must have ended before that.
import { describe, expect, test } from 'vitest'
import { lifetimeOf, limitsAfterUse } from '../../src/device/device-grant.ts'

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

describe('lifetimeOf', () => {
  test.each([
    { name: 'its last millisecond included', grantedAt: 1_000, at: 1_000, due: 30 * DAY + 1 },
    { name: 'what is left of it', grantedAt: 0, at: 10 * DAY, due: 20 * DAY + 1 },
    { name: 'never nothing', grantedAt: 0, at: 40 * DAY, due: 1 },
  ])('$name', ({ grantedAt, at, due }) => {
    expect(lifetimeOf({ grantedAt, limits: { a: limits(30, 7), b: limits(9, 1) } }, at)).toBe(due)
  })
})
