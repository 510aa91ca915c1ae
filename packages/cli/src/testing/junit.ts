// Test results in the XML that build servers read (JUnit).
import type { PolicyProblem, TestResult } from '@countersign/policy'
import { formatProblem } from '@countersign/policy'
import type { FileRun } from './run-test-files.ts'
import { gotAsFarAsExpected, outcomeWords } from './test-words.ts'

export function toJunit(files: readonly FileRun[]): string {
  const suites = files.map(suite)
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('')}</testsuites>\n`
}

function suite({ file, problems, results }: FileRun): string {
  const failures = results.filter(({ passed }) => !passed).length
  const cases = [
    ...results.map((one) => testCase(file, one)),
    ...problems.map((problem) => mistake(file, problem)),
  ]
  return `  <testsuite${attributes({
    name: file,
    tests: cases.length,
    failures,
    errors: problems.length,
  })}>\n${cases.join('')}  </testsuite>\n`
}

function testCase(file: string, result: TestResult): string {
  const { name, line, passed, expected, why } = result
  const head = `    <testcase${attributes({ classname: file, name, file, line })}`
  if (passed) return `${head}/>\n`
  const message = `expected ${outcomeWords(expected)}, got ${outcomeWords(gotAsFarAsExpected(result))}`
  const body = escapeXml(`${file}:${line}\n${message}\n${why}`)
  return `${head}>\n      <failure${attributes({ message })}>${body}</failure>\n    </testcase>\n`
}

function mistake(file: string, problem: PolicyProblem): string {
  const message = formatProblem(problem, file)
  const named = attributes({ classname: file, name: problem.path || 'the file', file })
  return `    <testcase${named}>\n      <error${attributes({ message })}/>\n    </testcase>\n`
}

function attributes(of: Readonly<Record<string, string | number>>): string {
  return Object.entries(of)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
}

/** Also without the characters that XML 1.0 cannot bear at all. */
function escapeXml(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd')
      .replace(/[<>&"]/g, (character) => ENTITIES[character] ?? character)
  )
}
