// The tests that docs/testing-policies.md shows: they pass on the sample policy.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { workspace } from './run-cli.ts'

const ROOT = new URL('../../../', import.meta.url)

it('the page shows tests that pass', async () => {
  const page = await readFile(new URL('docs/testing-policies.md', ROOT), 'utf8')
  const [, tests = ''] = /```yaml\n(.*?)```/s.exec(page) ?? []
  const { dir, cli } = await workspace()
  await writeFile(
    join(dir, 'policy.yaml'),
    await readFile(new URL('examples/shop/policy.yaml', ROOT)),
  )
  await writeFile(join(dir, 'policy.policy-test.yaml'), tests)
  expect(await cli('test')).toEqual({ exit: 0, out: '3 tests passed, 0 failed\n', err: '' })
})

it('the page shows what a failure says', async () => {
  const page = await readFile(new URL('docs/testing-policies.md', ROOT), 'utf8')
  const [, tests = ''] = /```yaml\n(.*?)```/s.exec(page) ?? []
  const [, told = 'nothing'] = /<!-- output -->\n```text\n(.*?)```/s.exec(page) ?? []
  const { dir, cli } = await workspace()
  const policy = await readFile(new URL('examples/shop/policy.yaml', ROOT), 'utf8')
  await writeFile(join(dir, 'policy.yaml'), policy.replace('overall: 30d', 'overall: 14d'))
  await writeFile(join(dir, 'policy.policy-test.yaml'), tests)
  const { exit, out } = await cli('test')
  expect(exit).toBe(1)
  expect(out).toContain(told)
})
