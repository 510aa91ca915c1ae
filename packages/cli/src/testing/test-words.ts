// Policy tests in words: a failure says where, what was expected, what came, and why.
import type { Expected, TestResult } from '@countersign/policy'
import type { Context } from '../context.ts'
import { printable } from '../output/printable.ts'
import { hanging } from '../output/wrap.ts'
import { counted, problemLines } from '../policy-input.ts'
import type { FileRun } from './run-test-files.ts'

export function testWords({ paint }: Context, files: readonly FileRun[]): string {
  const results = files.flatMap((one) => one.results)
  const failed = results.filter(({ passed }) => !passed).length
  const mistakes = files.flatMap(({ problems }) => problems).length
  const isFine = failed === 0 && mistakes === 0
  const sum = [
    `${counted(results.length - failed, 'test')} passed`,
    `${failed} failed`,
    ...(mistakes === 0 ? [] : [`${counted(mistakes, 'mistake')} in the tests`]),
  ].join(', ')
  const lines = files.flatMap(({ file, problems, results: cases }) => [
    ...problemLines(file, problems),
    ...cases.filter(({ passed }) => !passed).flatMap((one) => failure(file, one, paint.bad)),
  ])
  return [...lines, isFine ? paint.good(sum) : paint.bad(sum)].map((line) => `${line}\n`).join('')
}

function failure(file: string, one: TestResult, bad: (text: string) => string): string[] {
  const { name, line, column, expected, got, why } = one
  const told = [
    `  expected  ${outcomeWords(expected)}`,
    `  got       ${outcomeWords(gotAsFarAsExpected(one))}`,
    `  why       ${got.outcome}: ${why}`,
  ]
  return [
    `${printable(`${file}:${line}:${column}`)} ${bad('failed')}: ${printable(name)}`,
    ...told.flatMap((text) => hanging(printable(text), 10)),
    '',
  ]
}

/** What was not asked for would only be in the way. */
export function gotAsFarAsExpected({ expected, got }: TestResult): Expected {
  return {
    outcome: got.outcome,
    ...(expected.optOuts === undefined && got.outcome !== 'opt-out'
      ? {}
      : { optOuts: got.optOuts }),
    ...(expected.reasons === undefined ? {} : { reasons: got.reasons }),
  }
}

export function outcomeWords({ outcome, optOuts, reasons }: Expected): string {
  const by = optOuts === undefined ? '' : ` by ${optOuts.join(' and ') || 'no opt-out'}`
  const told = (reasons ?? []).map(({ code, rule, optOut }) => {
    const about = [optOut, rule].filter((word) => word !== undefined).join(' for ')
    return about === '' ? code : `${code} (${about})`
  })
  return `${outcome}${by}${told.length === 0 ? '' : `, because ${told.join(', ')}`}`
}
