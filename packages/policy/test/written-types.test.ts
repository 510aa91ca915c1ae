import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { compilePolicy, typesForPolicy } from '@countersign/policy'
import { afterAll, beforeAll, expect, test } from 'vitest'

// inside the package, so that @countersign/core is found from there
const cache = new URL('../.cache/', import.meta.url).pathname
const shop = readFileSync(new URL('../../../examples/shop/policy.yaml', import.meta.url), 'utf8')
const tsc = join(createRequire(import.meta.url).resolve('typescript/package.json'), '../bin/tsc')
let folder = ''

beforeAll(() => {
  mkdirSync(cache, { recursive: true })
  folder = mkdtempSync(join(cache, 'types-'))
  const compiled = compilePolicy(shop, { now: Date.parse('2026-11-24T00:00:00Z') })
  writeFileSync(join(folder, 'policy-types.ts'), typesForPolicy(compiled))
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../../../tsconfig.test.json',
      compilerOptions: { incremental: false, tsBuildInfoFile: null },
      include: ['*.ts'],
    }),
  )
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** What TypeScript says about a module beside the written types. */
function check(source: string): string {
  writeFileSync(
    join(folder, 'app.ts'),
    `import type { ActionName } from '@countersign/core'\n${source}\n`,
  )
  return spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' }).stdout
}

test('with the written types a declared action compiles, and a misspelt one does not', {
  timeout: 60_000,
}, () => {
  expect(check(`export const action: ActionName = 'transfer.create'`)).toBe('')
  expect(check(`export const action: ActionName = 'transfer.craete'`)).toMatch(
    /app\.ts\(2,14\): error TS2820: Type '"transfer\.craete"' is not assignable .* Did you mean '"transfer\.create"'\?/,
  )
})
