import { lintPolicy } from '@countersign/policy'
import { describe, expect, test } from 'vitest'

const head = `countersign: 1
name: test
actions: { pay: {} }
rules:
  - { id: all, actions: ["*"], require: { maxAge: 15m } }
  - id: closed
    actions: [pay]
    deny: true
`

/** The condition asks for a signal that is not there: how the text goes on at the place that is told. */
function pointedAt(when: string): string {
  const text = `${head}    when: ${when}\n`
  const [problem, ...more] = lintPolicy(text)
  expect(problem?.code).toBe('condition')
  expect(more).toEqual([])
  return text.split('\n')[(problem?.line ?? 0) - 1]?.slice((problem?.column ?? 0) - 1) ?? ''
}

describe('mistakes in conditions are placed in the YAML, however the condition is written', () => {
  test.each([
    ['plain', 'true && "nope" in signals'],
    ['in single quotes', `'true && "nope" in signals'`],
    ['in single quotes, with one inside', `'action == "it''s" && "nope" in signals'`],
    ['in double quotes', `"true && 'nope' in signals"`],
    ['in double quotes, with escapes', `"action == \\"\\x41\\u0042\\" && \\"nope\\" in signals"`],
    ['over several plain lines', 'true &&\n      action == "a" &&\n      "nope" in signals'],
    ['over several quoted lines', `'true &&\n\n      "nope" in signals'`],
    ['with an escaped line break', `"true && \\\n      'nope' in signals"`],
    ['as a literal block', '|\n      true &&\n        action == "a" &&\n      "nope" in signals'],
    ['as a folded block', '>- # a comment\n      true\n      && "nope" in signals'],
  ])('%s', (_name, when) => {
    expect(pointedAt(when)).toMatch(/^\\?["']nope\\?["'] in signals/)
  })

  test('a mistake at the end is placed at the end', () => {
    expect(pointedAt("'true &&'")).toBe("'")
  })

  test('a condition that is uncovered and wrong is told as both', () => {
    const text = `${head}    when: '"nope" in signals'\n`.replace(/ {2}- \{ id: all.*\n/, '')
    expect(lintPolicy(text).map(({ code }) => code)).toEqual(['action_uncovered', 'condition'])
  })
})
