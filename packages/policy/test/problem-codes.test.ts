import { readFileSync } from 'node:fs'
import { problemCodes } from '@countersign/policy'
import { describe, expect, test } from 'vitest'

const page = readFileSync(new URL('../../../docs/policy-problems.md', import.meta.url), 'utf8')

describe('docs/policy-problems.md', () => {
  test.each(Object.entries(problemCodes))(
    'explains %s in the sentence of the table',
    (code, sentence) => {
      expect(page).toContain(`| \`${code}\` | ${sentence}`)
    },
  )

  test('explains no code that does not exist', () => {
    const explained = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code)
    expect(explained).toEqual(Object.keys(problemCodes))
  })
})
