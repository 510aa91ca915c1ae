// The command as a shell sees it: streams, exit codes, and a reader who goes away.
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { BIN, build, countersign, run, workingDirectory } from './support/countersign.ts'

beforeAll(build)

describe('as a process', () => {
  it('keeps the result and the problems apart, and never shows a stack for a mistake', async () => {
    const cwd = await workingDirectory()
    await writeFile(join(cwd, 'bad.yaml'), 'rules: 7\n')
    const cases: [line: string[], code: number, stream: 'out' | 'err'][] = [
      [['help'], 0, 'out'],
      [[], 2, 'err'],
      [['frobnicate'], 2, 'err'],
      [['check', 'bad.yaml'], 1, 'out'],
      [['check', 'missing.yaml'], 4, 'err'],
      [['activate', 'bad.yaml', '--why', 'x'], 1, 'err'],
      [['init'], 0, 'out'],
      [['init'], 3, 'err'],
      [['history'], 4, 'err'],
    ]
    for (const [line, code, stream] of cases) {
      const ran = await countersign(line, { cwd })
      const other = stream === 'out' ? ran.err : ran.out
      expect({ line, code: ran.code, other }).toEqual({ line, code, other: '' })
      expect(ran[stream]).not.toMatch(/\n\s+at .*:\d+:\d+/)
    }
  })

  it('ends in peace where nobody reads what it writes', async () => {
    const cwd = await workingDirectory()
    const shell = `"${process.execPath}" "${BIN}" help | true; "${process.execPath}" "${BIN}" help 2>&1 >&- | true; echo "\${PIPESTATUS[0]}"`
    const { code, out, err } = await run('bash', ['-c', shell], { cwd })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^\d+\n$/)
  })

  it('uses no colour in a pipe', async () => {
    const cwd = await workingDirectory()
    const { out } = await countersign(['help'], { cwd, env: { FORCE_COLOR: '0' } })
    expect(out).not.toContain(String.fromCharCode(27))
  })

  it('opens the directory alone: two commands at once both do their work', async () => {
    const cwd = await workingDirectory()
    await countersign(['init'], { cwd })
    const activate = ['activate', 'countersign.policy.yaml', '--why', 'first']
    expect((await countersign(activate, { cwd })).code).toBe(0)
    const targets = ['rule:recent-login', 'opt-out:remembered-device', 'opt-outs']
    const ran = await Promise.all(
      targets.map((target) => countersign(['suspend', target, '--why', 'both'], { cwd })),
    )
    // one may lose the other in the middle of its call, and then says that it does not know
    for (const { code } of ran) expect([0, 5]).toContain(code)
    const { out } = await countersign(['history', '--json'], { cwd })
    const suspended = JSON.parse(out).suspensions.map(({ target }: { target: string }) => target)
    ran.forEach(({ code }, index) => {
      if (code === 0) expect(suspended).toContain(targets[index])
    })
    expect((await countersign(['audit', 'verify'], { cwd })).code).toBe(0)
  })

  it('says so where it was not built', async () => {
    const cwd = await workingDirectory()
    await mkdir(join(cwd, 'bin'))
    await copyFile(BIN, join(cwd, 'bin/countersign.mjs'))
    const { code, err } = await run(process.execPath, [join(cwd, 'bin/countersign.mjs')], { cwd })
    expect(code).toBe(4)
    expect(err).toContain('npm run build')
  })
})
