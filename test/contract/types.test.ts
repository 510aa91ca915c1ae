// What users write compiles, each app with actions declared through another package: a program of its own, for such a
// declaration holds for all of a program.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

test.each(['express', 'koa', 'next', 'hono', 'fastify'])(
  'a user of %s writes types that compile',
  (name) => {
    const { status, stdout } = spawnSync(
      process.execPath,
      ['node_modules/typescript/bin/tsc', '-p', `test/types/${name}`],
      { cwd: root, encoding: 'utf8' },
    )
    expect([status, stdout]).toEqual([0, ''])
  },
)
