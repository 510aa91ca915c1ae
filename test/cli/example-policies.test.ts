// The example policies: nothing to find for lint, every branch tested, and what their page says to type does what it says.
import { readdirSync } from 'node:fs'
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { blocksOf, ROOT } from '../readme/markdown-blocks.ts'
import { BIN, build, countersign, run, workingDirectory } from './support/countersign.ts'

beforeAll(build)

const FOLDER = 'examples/policies'
const policies = readdirSync(join(ROOT, FOLDER)).filter((name) => /^[a-z-]+\.yaml$/.test(name))

it('there are five, and each is without a word from lint', async () => {
  expect(policies).toHaveLength(5)
  for (const policy of policies) {
    const { code, out } = await countersign(['check', join(FOLDER, policy)], { cwd: ROOT })
    expect({ policy, code }).toEqual({ policy, code: 0 })
    expect(out).toMatch(/is fine/)
  }
})

it('every rule, opt-out and condition of them is tested both ways', async () => {
  const line = ['test', FOLDER, '--coverage', '--json']
  const { code, out } = await countersign(line, { cwd: ROOT })
  expect(code).toBe(0)
  const { files, coverage } = JSON.parse(out)
  expect(files).toHaveLength(policies.length)
  expect(coverage).toHaveLength(policies.length)
  for (const { policy, branches } of coverage) {
    const unseen = branches.filter(({ seen }: { seen: number }) => seen === 0)
    expect({ policy, unseen }).toEqual({ policy, unseen: [] })
  }
})

it('what their page says to type works', async () => {
  const cwd = await workingDirectory()
  await symlink(join(ROOT, 'examples'), join(cwd, 'examples'))
  const bin = join(cwd, 'bin')
  await mkdir(bin)
  await writeFile(join(bin, 'countersign'), `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`)
  await chmod(join(bin, 'countersign'), 0o755)
  const env = { PATH: `${bin}:${process.env['PATH']}`, NO_COLOR: '1' }
  const printed: string[] = []
  for (const { code } of blocksOf(`${FOLDER}/README.md`)) {
    const ran = await run('bash', ['-euo', 'pipefail', '-c', code], { cwd, env })
    expect({ code: ran.code, err: ran.err }).toEqual({ code: 0, err: '' })
    printed.push(ran.out)
  }
  expect(printed.at(-1)).toMatch(/Newly waived[\s\S]*opt-out by low-value/)
})
