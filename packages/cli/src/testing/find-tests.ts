// The files of policy tests that a path stands for, and the policy that each is for.
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { CliError } from '../cli-error.ts'
import { EXIT } from '../exit-code.ts'

const TESTS = /\.policy-test\.ya?ml$/
const POLICY_ENDS = ['.policy.yaml', '.yaml', '.policy.yml', '.yml', '.policy.json', '.json']

/**
 * A folder stands for all in and below it, a policy for those beside it, a file of tests for itself.
 *
 * @param path absolute
 * @throws CliError where there are none
 */
export async function findTests(path: string, named: string): Promise<readonly string[]> {
  const found = await look(path)
  if (found.length > 0) return found.sort()
  throw new CliError(
    EXIT.unreachable,
    'no_tests',
    `${named}: there are no policy tests here. Write them beside the policy, in a file such as countersign.policy-test.yaml.`,
  )
}

async function look(path: string): Promise<string[]> {
  if ((await stat(path)).isDirectory()) return inFolder(path)
  if (TESTS.test(path)) return [path]
  const beside = (await readdir(dirname(path))).filter((name) => TESTS.test(name))
  return beside
    .filter((name) => stemOf(name) === policyStem(path))
    .map((name) => join(dirname(path), name))
}

async function inFolder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const found = await Promise.all(
    entries.map((entry) => {
      const path = join(folder, entry.name)
      const isHidden = entry.name.startsWith('.') || entry.name === 'node_modules'
      if (entry.isDirectory()) return isHidden ? [] : inFolder(path)
      return entry.isFile() && TESTS.test(entry.name) ? [path] : []
    }),
  )
  return found.flat()
}

/** @throws CliError where the tests name none and none of their name lies beside them */
export async function policyOfTests(file: string, named: string | undefined): Promise<string> {
  if (named !== undefined) return resolve(dirname(file), named)
  const beside = new Set(await readdir(dirname(file)))
  const stem = stemOf(basename(file))
  const found = POLICY_ENDS.map((end) => `${stem}${end}`).find((name) => beside.has(name))
  if (found !== undefined) return join(dirname(file), found)
  throw new CliError(
    EXIT.unreachable,
    'no_policy',
    `${file}: no policy ${stem}.yaml or ${stem}.policy.yaml lies beside these tests. Name theirs: policy: ../policy.yaml`,
  )
}

function stemOf(name: string): string {
  return name.replace(TESTS, '')
}

function policyStem(path: string): string {
  const name = basename(path)
  const end = POLICY_ENDS.find((one) => name.endsWith(one)) ?? ''
  return name.slice(0, name.length - end.length)
}
