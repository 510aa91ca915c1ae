// Ids that are given, listed, and typed by operators.
import { expect, test } from 'vitest'
import { randomId } from '../../src/seal/random-id.ts'

test('an id is 22 characters of base64url, never twice the same, and never taken for an option', () => {
  // one in 64 would begin with a hyphen
  const ids = Array.from({ length: 2_000 }, () => randomId())
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids) expect(id).toMatch(/^\w[\w-]{21}$/)
})
