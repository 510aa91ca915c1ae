import { describe, expect, test } from 'vitest'
import { counted } from '../src/policy-input.ts'

describe('a count with its noun', () => {
  test.each([
    [0, '0 decisions'],
    [1, '1 decision'],
    [999, '999 decisions'],
    [1_000_002, '1,000,002 decisions'],
  ])('%i', (count, words) => {
    expect(counted(count, 'decision')).toBe(words)
  })
})
