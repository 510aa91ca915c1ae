// countersign test
import { writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Command, Given } from '../command.ts'
import { JSON_OUT } from '../command-options.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { printableLines } from '../output/printable.ts'
import { PLACE } from '../reach-backend.ts'
import { coverageWords } from '../testing/coverage-words.ts'
import { findTests } from '../testing/find-tests.ts'
import { toJunit } from '../testing/junit.ts'
import { runTestFiles, type TestRun } from '../testing/run-test-files.ts'
import { testWords } from '../testing/test-words.ts'
import { watchFolders } from '../testing/watch-folders.ts'
import { toCliError } from '../to-cli-error.ts'

export const test: Command = {
  name: 'test',
  summary: 'Runs the tests of a policy: what it decides on given facts, and what it should.',
  operands: [{ name: 'policy-or-folder', required: false }],
  options: {
    coverage: {
      type: 'flag',
      text: 'tell which rules, opt-outs and parts of conditions no test has seen',
    },
    watch: { type: 'flag', short: 'w', text: 'run again after each change, until Ctrl-C' },
    junit: { type: 'text', value: 'file', text: 'write the results to this file too (JUnit XML)' },
    ...PLACE,
    json: JSON_OUT,
  },
  examples: [
    {
      line: 'countersign test',
      does: 'Runs every *.policy-test.yaml in and below the working directory.',
    },
    {
      line: 'countersign test countersign.policy.yaml --coverage',
      does: 'Runs countersign.policy-test.yaml beside it: { facts: { alice: { action: transfer.create, subject: alice, factors: [{ amr: [pwd], at: 1h ago }] } }, cases: [{ name: a password alone is not enough, facts: alice, expect: challenge }] }',
    },
    {
      line: 'countersign test --coverage --junit results.xml',
      does: 'For a build server.',
    },
  ],
  happens:
    'Each case is decided by the policy alone: no app is asked, nothing is spent, and an allowance counts as spent as far as the facts say (spent). Facts are written as explain takes them, by name or in the case; { like: <name>, … } changes some of others, and { decision: <id> } takes those of a recorded decision from the audit log in --data. A failure tells the place, what was expected, what came, and why. With --watch, a changed test or policy runs all again.',
  exits: {
    1: 'a test fails, or the tests or the policy have a mistake',
    4: 'there are no tests, or a file or the data directory cannot be read',
  },
  run: runTest,
}

async function runTest(context: Context, given: Given): Promise<ExitCode> {
  if (!given.flag('watch')) return (await runOnce(context, given)).exit
  const stop = context.terminal.untilStopped()
  let folders: readonly string[] = [context.path('.')]
  await watchFolders(async () => {
    try {
      folders = (await runOnce(context, given)).folders
    } catch (error) {
      // a policy that is being written is often broken: that is no reason to end
      await context.terminal.err(`${printableLines(toCliError(error).message)}\n`)
    }
    return folders
  }, stop)
  return EXIT.done
}

interface Once {
  readonly exit: ExitCode
  readonly folders: readonly string[]
}

async function runOnce(context: Context, given: Given): Promise<Once> {
  const named = given.text('policy-or-folder') ?? '.'
  const files = await findTests(context.path(named), named)
  const run = await runTestFiles(context, files)
  const junit = given.text('junit')
  if (junit !== undefined) await writeFile(context.path(junit), toJunit(run.files))
  const passed = run.files.every(
    ({ problems, results }) => problems.length === 0 && results.every((one) => one.passed),
  )
  await context.result({ passed, ...run }, inWords(context, run, given.flag('coverage')))
  const { directory } = context.terminal
  const policies = run.files.flatMap(({ policy }) => policy ?? [])
  const paths = [...files, ...policies.map((policy) => resolve(directory, policy))]
  return {
    exit: passed ? EXIT.done : EXIT.found,
    folders: [...new Set(paths.map((path) => dirname(path)))],
  }
}

function inWords(context: Context, run: TestRun, withCoverage: boolean): string {
  const words = testWords(context, run.files)
  if (!withCoverage) return words
  const seen = run.coverage.map(({ policy, branches }) => coverageWords(policy, branches))
  return `${words}\n${context.paint.heading('Coverage')}\n${seen.join('')}`
}
