// Every code block of the documents is compiled, run or checked by some test.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lintPolicy, type PolicyDocument } from '@countersign/policy'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { blocks, ROOT } from './markdown-blocks.ts'
import { runProgram } from './run-program.ts'
import { PROGRAMS, writeProgram } from './write-programs.ts'

/** Those that the test of a framework runs. Next builds its own, and so checks their types. */
const NEXT = 'test/readme/hosts/next'
const APPS = [
  'test/readme/hosts/express.ts',
  'test/readme/hosts/koa.ts',
  'test/readme/hosts/koa-api.ts',
  'test/readme/hosts/hono.ts',
  'test/readme/hosts/fastify.ts',
  NEXT,
  'test/readme/contract.test.ts',
]

const all = blocks().map((block) => ({ ...block, at: `${block.file}:${block.line}` }))
const inLanguage = (language: string) => all.filter((block) => block.language === language)

test('every block is of a kind that is tested', () => {
  for (const { at, language, directive } of all) {
    if (directive?.kind === 'output') continue
    expect(['ts', 'tsx', 'sh', 'yaml', 'text'], at).toContain(language)
  }
})

test('what a block names as its host, or as the test that runs it, is there', () => {
  for (const { at, language, directive } of all) {
    if (directive === undefined || directive.kind === 'output' || language === 'yaml') continue
    expect(existsSync(join(ROOT, directive.path)), `${at}: ${directive.path}`).toBe(true)
    if (directive.kind === 'in') expect(APPS, at).toContain(directive.path)
  }
})

test('the types of every TypeScript block are right', () => {
  const programs = inLanguage('ts').filter(({ directive }) => directive?.path !== NEXT)
  const files = programs.map((block) => writeProgram(block).path)
  mkdirSync(PROGRAMS, { recursive: true })
  const config = join(PROGRAMS, 'tsconfig.json')
  writeFileSync(
    config,
    JSON.stringify({
      extends: join(ROOT, 'tsconfig.test.json'),
      compilerOptions: { noEmit: true, incremental: false, tsBuildInfoFile: null },
      files,
      include: [],
      exclude: [],
    }),
  )
  expect(files.length).toBeGreaterThan(10)
  expect(tsc(config)).toBe('')
})

describe('programs that need no host', () => {
  test.each(inLanguage('ts').filter(({ directive }) => directive === undefined))(
    '$at runs to its end',
    async (block) => {
      const program = await runProgram(writeProgram(block))
      const code = await program.ended
      await program.stop()
      expect(code, program.log()).toBe(0)
      for (const shown of shownBy(block.code)) expect(program.log().split('\n')).toContain(shown)
    },
  )
})

/** What it does not have itself, and could. */
const SAMPLE = 'examples/shop/policy.yaml'

describe('policies', () => {
  const yaml = inLanguage('yaml')
  const whole = yaml.filter(({ directive }) => directive?.path === 'nothing')
  const fragments = yaml.filter(({ directive }) => directive === undefined)
  const added = yaml.filter(({ directive }) => directive?.path === SAMPLE)
  const sample = parse(readFileSync(join(ROOT, SAMPLE), 'utf8'))

  test.each(whole)('$at is a policy by itself', ({ code }) => {
    expect(lintPolicy(parse(code))).toEqual([])
  })

  test.each([...fragments, ...added])('$at belongs into the sample', ({ code }) => {
    const problems = lintPolicy(withFragment(sample, parse(code)))
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([])
  })

  test('the fragments of the policy page are the sample', () => {
    const told: Record<string, unknown> = { countersign: 1, name: 'shop' }
    for (const { code } of fragments.filter(({ file }) => file === 'docs/policy.md'))
      for (const [key, value] of Object.entries(parse(code))) told[key] ??= value
    expect(told).toEqual(sample)
  })
})

/** Lists are added to, and what has a name takes the place of what had it. */
function withFragment(
  base: Record<string, unknown>,
  fragment: Record<string, unknown>,
): PolicyDocument {
  const added = Object.entries(fragment).map(([key, value]) => {
    const before = base[key]
    if (!Array.isArray(value) || !Array.isArray(before)) return [key, value]
    const ids = new Set(value.map(({ id }) => id))
    const kept = before.filter(({ id }) => id === undefined || !ids.has(id))
    return [key, union(kept, value)]
  })
  return { ...base, ...Object.fromEntries(added) } as PolicyDocument
}

function union(kept: readonly unknown[], value: readonly unknown[]): readonly unknown[] {
  const seen = new Set(kept.map((entry) => JSON.stringify(entry)))
  return [...kept, ...value.filter((entry) => !seen.has(JSON.stringify(entry)))]
}

/** What the comments behind console.log say that is printed: values alone, as Node prints them. */
function shownBy(code: string): readonly string[] {
  return [...code.matchAll(/console\.log\(.*\) \/\/ ('.*'|\{.*\}|true|undefined)$/gm)].map(
    ([, value = '']) => value.replace(/^'(.*)'$/, '$1'),
  )
}

/** What it says; nothing where all is well. */
function tsc(config: string): string {
  try {
    const bin = join(ROOT, 'node_modules/typescript/bin/tsc')
    return execFileSync(process.execPath, [bin, '-p', config], { encoding: 'utf8' })
  } catch (error) {
    return (error as { readonly stdout: string }).stdout
  }
}
