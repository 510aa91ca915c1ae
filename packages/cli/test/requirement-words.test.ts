import { expect, it } from 'vitest'
import { factorWords } from '../src/explain/requirement-words.ts'

const NOON = Date.parse('2026-11-24T12:00:00Z')

// the methods may earn a higher level than the acr names, so the acr is told as what was said, not as what counts
it('tells the acr of a factor as an acr, not as the level that it earns', () => {
  const factor = {
    acr: 'aal1',
    amr: ['pwd', 'otp'],
    at: NOON - 3_600_000,
    from: 'identity',
  } as const
  expect(factorWords(factor, NOON)).toBe('pwd and otp (acr aal1), 1 hour before, by the login')
})
