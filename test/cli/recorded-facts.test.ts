// Policy tests on the facts of decisions that a real app made and recorded.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { openBrowser } from './support/browser.ts'
import { build, countersign, workingDirectory } from './support/countersign.ts'
import { startApp } from './support/start-app.ts'

beforeAll(build)

it('a test takes the facts of a recorded decision, and may change some of them', async () => {
  const cwd = await workingDirectory()
  const app = await startApp(join(cwd, '.countersign'))
  onTestFinished(() => app.stop())
  const alice = openBrowser(app.origin, 'alice')
  const { status, body } = await alice.transfer(20)
  expect(status).toBe(401)
  const decision = String(body['decision'] ?? body['id'])
  expect((await countersign(['init'], { cwd })).code).toBe(0)
  const tests = (expected: string) => `cases:
  - { name: as it was decided, facts: { decision: ${decision} }, expect: challenge }
  - name: with a login of that moment
    facts: { decision: ${decision}, factors: [{ amr: [pwd], at: 1m ago }] }
    expect: ${expected}
`
  const file = join(cwd, 'countersign.policy-test.yaml')
  await writeFile(file, tests('pass'))
  const ran = await countersign(['test'], { cwd })
  expect(ran).toEqual({ code: 0, out: '2 tests passed, 0 failed\n', err: '' })

  await writeFile(file, tests('deny').replaceAll(decision, '2b0a3f62-5d7e-4d0e-9a51-6f3e0c9d8b17'))
  const unknown = await countersign(['test'], { cwd })
  expect(unknown.code).toBe(1)
  expect(unknown.out).toContain('no facts of this decision are in the audit log')
}, 60_000)
