// Runs every command line of docs/cli.md as it stands, in its order, in a directory of its own.
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EXIT_MEANING } from '@countersign/cli'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { openBrowser } from './support/browser.ts'
import { BIN, build, countersign, run, workingDirectory } from './support/countersign.ts'
import { startApp } from './support/start-app.ts'

beforeAll(build)

const PAGE = new URL('../../docs/cli.md', import.meta.url)

it('every command line of docs/cli.md does what the page says', async () => {
  const page = await readFile(PAGE, 'utf8')
  const cwd = await workingDirectory()
  const path = join(cwd, 'bin')
  await mkdir(path)
  await symlink(BIN, join(path, 'countersign'))
  for (const [, name = '', text = ''] of page.matchAll(/<!-- file: (\S+) -->\n```\w+\n(.*?)```/gs))
    await writeFile(join(cwd, name), text)

  const app = await startApp(join(cwd, '.countersign'))
  onTestFinished(() => app.stop())
  const alice = openBrowser(app.origin, 'alice')
  const { body } = await alice.transfer(20)
  await alice.stepUp(body['challengeUrl'] ?? '')
  const listed = await countersign(['devices', 'list', 'alice', '--json'], { cwd })
  const env = {
    PATH: `${path}:${process.env['PATH']}`,
    DECISION: String(body['decision'] ?? body['id']),
    DEVICE: JSON.parse(listed.out).devices[0].id,
  }

  const lines = [...page.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block = '']) =>
    block.trim().split('\n'),
  )
  expect(lines.length).toBeGreaterThan(20)
  for (const line of lines) {
    const { code, out, err } = await run('sh', ['-c', `exec ${line}`], {
      ...{ cwd, env },
      // once: a second Ctrl-C ends a command at once
      onOut: (_, child) =>
        void (line.includes('--follow') && !child.killed && child.kill('SIGINT')),
    })
    expect({ line, code, err }).toEqual({
      line,
      code: 0,
      err: expect.stringMatching(/^(Wrote .*\n)?$/),
    })
    if (line.includes('--json') && !line.includes('tail')) JSON.parse(out)
  }
}, 180_000)

it('the page and the help have the same exit codes and commands', async () => {
  const page = (await readFile(PAGE, 'utf8')).replace(/ {2,}/g, ' ')
  for (const [code, meaning] of Object.entries(EXIT_MEANING))
    expect(page).toContain(`| ${code} | ${meaning} |`)
  const { out } = await countersign(['help'], { cwd: await workingDirectory() })
  const names = [...out.matchAll(/^ {2}([a-z]+(?: [a-z-]+)?) {2,}[A-Z]/gm)].map(([, name]) => name)
  expect(names.length).toBeGreaterThan(20)
  for (const name of names) expect(page).toContain(`countersign ${name}`)
})
