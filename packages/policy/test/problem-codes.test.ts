import { readFileSync } from 'node:fs'
import { problemCodes } from '@countersign/policy'
import { describe, expect, test } from 'vitest'

const page = readFileSync(new URL('../../../docs/policy-problems.md', import.meta.url), 'utf8')
const rows = new Map(
  [...page.matchAll(/^\| `(\w+)` +\| (.*?) +\|$/gm)].map(([, code = '', text = '']) => [
    code,
    text,
  ]),
)

describe('docs/policy-problems.md', () => {
  test('explains every code, in the order of the table, and no other', () => {
    expect([...rows.keys()]).toEqual(Object.keys(problemCodes))
  })

  test.each(Object.entries(problemCodes))('explains %s in its sentence', (code, sentence) => {
    expect(rows.get(code)?.replace(/ _Warning\._$/, '')).toBe(sentence)
  })
})
