// The Next app of the README: its own session cookie, and a guard of at most 15 lines. Built and started as Next apps are.
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { browserLikeClient } from '@countersign/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Block, blocks, ROOT } from './markdown-blocks.ts'
import { freePort, type RunningProgram, untilListening, watch } from './run-program.ts'
import { signIn, tellStory } from './story.ts'
import { clearPrograms, PROGRAMS } from './write-programs.ts'

const HOST = 'test/readme/hosts/next'
const NEXT = join(ROOT, 'test/node_modules/next/dist/bin/next')
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' as const }
const files = blocks().filter(({ directive }) => directive?.path === HOST)
const readme = files.filter(({ file }) => file === 'README.md')

test('the README has it, in at most 15 lines beside imports', () => {
  const lines = readme
    .flatMap(({ code }) => code.split('\n'))
    .filter((line) => line !== '' && !/^(import|\/\/)/.test(line))
  expect(lines.length).toBeGreaterThan(5)
  expect(lines.length).toBeLessThanOrEqual(15)
})

describe('the app of the README', () => {
  let app: RunningProgram
  beforeAll(async () => {
    app = await startNext(writeProject('next', files))
  }, 240_000)
  afterAll(() => app?.stop())

  test('passes, challenges, completes and opts out', async () => {
    await tellStory(app.origin)
  })

  test('guards a page, as the README of the package has it', async () => {
    const browser = browserLikeClient(app.origin)
    expect((await browser.follow(await browser.navigate('/statement'))).status).toBe(401)
    await signIn(browser, 0)
    const page = await browser.follow(await browser.navigate('/statement'))
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<p>pass</p>')])
    await signIn(browser, 20)
    const asked = await browser.follow(await browser.navigate('/statement'))
    expect(await asked.text()).toContain('name="ticket"')
  })
})

/** Each block names its file in its first line. */
function writeProject(name: string, project: readonly Block[]): string {
  const folder = join(PROGRAMS, name)
  clearPrograms(folder)
  cpSync(join(ROOT, HOST), folder, { recursive: true })
  for (const { code } of project) {
    const path = join(folder, /^\/\/ (\S+)\n/.exec(code)?.[1] ?? 'unnamed.ts')
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, `${code}\n`)
  }
  return folder
}

async function startNext(folder: string): Promise<RunningProgram> {
  execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-b'], {
    cwd: ROOT,
  })
  execFileSync(process.execPath, [NEXT, 'build'], { cwd: folder, env, stdio: 'pipe' })
  const data = mkdtempSync(join(tmpdir(), 'readme-next-'))
  const port = await freePort()
  const child = spawn(process.execPath, [NEXT, 'start', '-p', String(port)], {
    cwd: folder,
    env: { ...env, COUNTERSIGN_DATA: data },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const clean = () => rmSync(data, { recursive: true, force: true })
  return await untilListening(watch('next', child, port, clean))
}
