// The GitHub Action's script in a repository of its own: it stops a change that lets somebody prove less.
import { execFileSync } from 'node:child_process'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { parse } from 'yaml'
import { ROOT } from '../readme/markdown-blocks.ts'
import { BIN, build, type Ran, run, workingDirectory } from './support/countersign.ts'

beforeAll(build)

const POLICY = 'policies/bank.yaml'

it('a change that only tightens is let through, with the comparison on the summary', async () => {
  const repository = await startRepository()
  const tighter = (await repository.read()).replace('each: 30,', 'each: 10,')
  const { code, summary } = await repository.check(tighter)
  expect(code).toBe(0)
  expect(summary).toMatch(/Newly challenged/)
})

it('one that waives more is stopped, and leaves facts that show for whom', async () => {
  const repository = await startRepository()
  const looser = (await repository.read()).replace('each: 30, total: 100', 'each: 90, total: 300')
  const { code, summary, outputs } = await repository.check(looser)
  expect(code).toBe(1)
  expect(summary).toMatch(/Newly waived/)
  const folder = /^differences=(.*)$/m.exec(outputs)?.[1] ?? ''
  const facts = JSON.parse(await readFile(join(folder, 'newly-waived-1.json'), 'utf8'))
  expect(facts).toMatchObject({ action: 'payment.create' })
})

it('one that is no policy is stopped, with its mistakes', async () => {
  const repository = await startRepository()
  const { code, summary } = await repository.check('countersign: 1\nname: bank\nrulez: []\n')
  expect(code).toBe(1)
  expect(summary).toMatch(/unknown_key/)
})

it('a policy that fails its tests is stopped', async () => {
  const repository = await startRepository()
  const text = await repository.read()
  const tests = `facts: {}\ncases: [{ name: all pass, facts: { action: account.view, subject: a }, expect: pass }]\n`
  const { code, summary } = await repository.check(text, tests)
  expect(code).toBe(1)
  expect(summary).toMatch(/all pass/)
})

it('a new policy, and one without a commit to compare with, are checked alone', async () => {
  const repository = await startRepository()
  const text = await repository.read()
  expect(await repository.check(text, undefined, '')).toMatchObject({ code: 0 })
  expect(await repository.check(text, undefined, '0'.repeat(40))).toMatchObject({ code: 0 })
  const missing = await repository.check(text, undefined, '1'.repeat(40))
  expect(missing.code).toBe(1)
  expect(missing.summary).toMatch(/fetch-depth: 0/)
})

it('the action runs that script, and hands over all that it reads by the environment', async () => {
  const action = parse(await readFile(join(ROOT, 'action.yml'), 'utf8'))
  const [step] = action.runs.steps
  expect(step.run).toBe('bash "$GITHUB_ACTION_PATH/scripts/check-policy-change.sh"')
  for (const [name, value] of Object.entries(step.env)) {
    const input = /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(String(value))?.[1]
    expect(Object.keys(action.inputs), name).toContain(input)
  }
  expect(action.runs.steps).toHaveLength(1)
})

interface Checked extends Ran {
  readonly summary: string
  readonly outputs: string
}

async function startRepository() {
  const cwd = await workingDirectory()
  const git = (...args: string[]) => execFileSync('git', args, { cwd, encoding: 'utf8' }).trim()
  git('init', '-q')
  git('config', 'user.email', 'somebody@shop.example')
  git('config', 'user.name', 'Somebody')
  await mkdir(join(cwd, 'policies'))
  await mkdir(join(cwd, 'bin'))
  // what npx would fetch
  await writeFile(
    join(cwd, 'bin/npx'),
    `#!/bin/sh\n[ "$1 $2" = "--yes @countersign/cli@1.2.3" ] || exit 99\nshift 2\nexec "${process.execPath}" "${BIN}" "$@"\n`,
  )
  await chmod(join(cwd, 'bin/npx'), 0o755)
  await writeFile(
    join(cwd, POLICY),
    await readFile(join(ROOT, 'examples/policies/retail-bank.yaml')),
  )
  git('add', POLICY)
  git('commit', '-qm', 'A policy')
  const base = git('rev-parse', 'HEAD')

  async function check(policy: string, tests?: string, against = base): Promise<Checked> {
    await writeFile(join(cwd, POLICY), policy)
    if (tests !== undefined) await writeFile(join(cwd, 'policies/bank.policy-test.yaml'), tests)
    const summary = join(cwd, 'summary.md')
    const outputs = join(cwd, 'outputs')
    await Promise.all([writeFile(summary, ''), writeFile(outputs, '')])
    const env = {
      PATH: `${join(cwd, 'bin')}:${process.env['PATH']}`,
      ...{ POLICY, BASE: against, FAIL_ON: 'newly-waived,newly-passed', VERSION: '1.2.3' },
      ...{ GITHUB_STEP_SUMMARY: summary, GITHUB_OUTPUT: outputs, RUNNER_TEMP: cwd, NO_COLOR: '1' },
    }
    const ran = await run('bash', [join(ROOT, 'scripts/check-policy-change.sh')], { cwd, env })
    const [said, told] = await Promise.all([summary, outputs].map((file) => readFile(file, 'utf8')))
    return { ...ran, summary: said ?? '', outputs: told ?? '' }
  }
  return { check, read: () => readFile(join(cwd, POLICY), 'utf8') }
}
