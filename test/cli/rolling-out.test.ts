// The guide docs/rolling-out.md by itself, on a running app: from a file to a watched, then tried, then promoted, then
// recalled policy, with what each of its commands changes for the people who ask.
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defaultPolicyDocument } from '@countersign/policy'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { blocksOf } from '../readme/markdown-blocks.ts'
import { openBrowser } from './support/browser.ts'
import { BIN, build, countersign, run, workingDirectory } from './support/countersign.ts'
import { type RunningApp, startApp } from './support/start-app.ts'

beforeAll(build)

const PAGE = 'docs/rolling-out.md'
const PEOPLE = Array.from({ length: 30 }, (_, index) => `person-${index}`)

interface Story {
  readonly app: RunningApp
  readonly cwd: string
  /** Who pays a small amount without a step-up. */
  waived(): Promise<readonly string[]>
}

async function waivedOn(app: RunningApp): Promise<readonly string[]> {
  const found: string[] = []
  for (const person of PEOPLE)
    if ((await openBrowser(app.origin, person).transfer(1)).status === 200) found.push(person)
  return found
}

/** What holds after the command that begins so. */
const AFTER: readonly (readonly [command: string, check: (story: Story) => Promise<void>])[] = [
  ['activate candidate.yaml --shadow', async ({ waived }) => expect(await waived()).toEqual([])],
  [
    'rollout',
    async ({ cwd }) => {
      const { out } = await countersign(['rollout'], { cwd })
      expect(out).toContain('watched only, it decides nothing')
      expect(out).toContain(`challenge→opt-out  ${PEOPLE.length}`)
    },
  ],
  [
    'activate candidate.yaml --percent 10',
    async ({ waived }) => {
      const some = await waived()
      expect(some.length).toBeLessThan(PEOPLE.length / 2)
      expect(await waived()).toEqual(some)
    },
  ],
  [
    'freeze',
    async ({ cwd }) =>
      expect((await countersign(['rollout'], { cwd })).out).toContain(
        'decides for 10 % of the people',
      ),
  ],
  [
    'widen --percent 100',
    async ({ app }) =>
      expect((await openBrowser(app.origin, 'alice').transfer(1)).status).toBe(200),
  ],
  [
    'suspend',
    async ({ app }) => expect((await openBrowser(app.origin, 'bob').transfer(1)).status).toBe(401),
  ],
  [
    'resume',
    async ({ app }) => expect((await openBrowser(app.origin, 'bob').transfer(1)).status).toBe(200),
  ],
]

it('every command of the guide does what it says', async () => {
  const cwd = await workingDirectory()
  const path = join(cwd, 'bin')
  await mkdir(path)
  await symlink(BIN, join(path, 'countersign'))
  const blocks = blocksOf(PAGE)
  const candidate = blocks.find(({ language }) => language === 'yaml')?.code ?? ''
  await writeFile(join(cwd, 'candidate.yaml'), candidate)
  const app = await startApp(join(cwd, '.countersign'), { policy: defaultPolicyDocument })
  onTestFinished(() => app.stop())
  const story: Story = { app, cwd, waived: () => waivedOn(app) }
  const device = openBrowser(app.origin, 'carol')

  const env = { PATH: `${path}:${process.env['PATH']}` }
  const lines = blocks.flatMap(({ language, code }) => (language === 'sh' ? code.split('\n') : []))
  const checked = new Set<string>()
  for (const line of lines) {
    if (line.includes('promote')) await remember(device, 100)
    const { code, err } = await run('sh', ['-c', `exec ${line}`], { cwd, env })
    expect({ line, code, err }).toEqual({ line, code: 0, err: '' })
    for (const [command, check] of AFTER) {
      if (!line.startsWith(`countersign ${command}`)) continue
      checked.add(command)
      await check(story)
    }
    if (line.includes('promote')) expect((await device.transfer(100)).status).toBe(200)
    if (line.includes('rollback')) expect((await device.transfer(100)).status).toBe(401)
  }
  expect([...checked]).toEqual(AFTER.map(([command]) => command))
  const { out } = await countersign(['history', '--json'], { cwd })
  const { activations, rollouts } = JSON.parse(out)
  expect(activations).toMatchObject([
    { kind: 'rollback', name: 'default', inForce: true },
    { kind: 'promote', name: 'small-payments', recalled: true },
    { kind: 'activate', name: 'default', recalled: false },
  ])
  expect(rollouts).toMatchObject([
    { kind: 'percent', ended: 'promoted', recalled: true },
    { kind: 'shadow', ended: 'aborted' },
  ])
  // every decision derives by the policy that made it, and the log is whole
  expect((await countersign(['audit', 'check'], { cwd })).out).not.toContain('Not derivable')
  expect((await countersign(['audit', 'verify'], { cwd })).code).toBe(0)
}, 180_000)

/** Steps up, has the browser remembered, and is in a new session then. */
async function remember(browser: ReturnType<typeof openBrowser>, amount: number): Promise<void> {
  const { body } = await browser.transfer(amount)
  expect(await browser.stepUp(body['challengeUrl'] ?? '')).toBe(303)
  browser.loginAgain()
  expect((await browser.transfer(amount)).body).toMatchObject({ outcome: 'opt-out' })
}
