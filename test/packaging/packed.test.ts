// What npm users get: the tarballs work from ESM, from CommonJS, and in TypeScript.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { layOut } from './lay-out.ts'
import { packages, ROOT, readManifest } from './manifests.ts'

let project: string
beforeAll(() => {
  project = layOut()
}, 180_000)
afterAll(() => rmSync(project, { recursive: true, force: true }))

/** An app that guards one request of its own, and prints what became of it. */
const APP = `
const app = express()
const guard = createGuard({
  backend: memoryBackend(),
  identity: (req) => req.get('x-user') ? { subject: 'alice', authTime: Date.now() } : undefined,
  logger: { info() {}, warn() {}, error: console.error },
})
app.get('/', guard('account.view'), (req, res) => { res.json({ outcome: guard.decision(req)?.outcome }) })
const server = app.listen(0, async () => {
  const url = 'http://127.0.0.1:' + server.address().port
  const nobody = await fetch(url)
  const alice = await fetch(url, { headers: { 'x-user': 'alice' } })
  console.log(nobody.status, await alice.text())
  server.close()
  await guard.close()
})
`
const PRINTED = '401 {"outcome":"pass"}\n'

describe('an Express app on the packed packages', () => {
  test('guards a request from ESM', () => {
    const imports = `import { createGuard, memoryBackend } from '@countersign/express'\nimport express from 'express'\n`
    expect(run(write('esm/app.mjs', imports + APP))).toBe(PRINTED)
  })

  test('guards a request from CommonJS', () => {
    const requires = `const { createGuard, memoryBackend } = require('@countersign/express')\nconst express = require('express')\n`
    expect(run(write('cjs/app.cjs', requires + APP))).toBe(PRINTED)
  })

  test.each([
    { module: 'module', name: 'an ES module' },
    { module: 'commonjs', name: 'CommonJS' },
  ])('compiles as TypeScript with module nodenext to $name, and guards a request', ({ module }) => {
    const imports = `import { createGuard, memoryBackend } from '@countersign/express'\nimport express = require('express')\n`
    const source = (
      module === 'module' ? imports.replace("= require('express')", "from 'express'") : imports
    ).concat(APP.replace('server.address().port', '(server.address() as { port: number }).port'))
    const folder = `ts-${module}`
    write(`${folder}/package.json`, JSON.stringify({ type: module }))
    write(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions: STRICT, files: ['app.ts'] }))
    write(`${folder}/app.ts`, source)
    expect(tsc(folder)).toBe('')
    expect(run(join(project, folder, 'out/app.js'))).toBe(PRINTED)
  })

  test('a misuse does not compile', () => {
    write('ts-wrong/package.json', JSON.stringify({ type: 'module' }))
    write('ts-wrong/tsconfig.json', JSON.stringify({ compilerOptions: STRICT, files: ['app.ts'] }))
    write(
      'ts-wrong/app.ts',
      `import { createGuard } from '@countersign/express'\ncreateGuard({ identity: (req) => req.get('x-user') })\n`,
    )
    expect(tsc('ts-wrong')).toMatch(/app\.ts\(2,15\): error TS2322/)
  })
})

const STRICT = {
  module: 'nodenext',
  target: 'es2022',
  strict: true,
  exactOptionalPropertyTypes: true,
  types: ['node'],
  lib: ['es2023', 'dom'],
  skipLibCheck: false,
  outDir: 'out',
}

// vitest, which the contract suites import, is for test files alone
const forApps = packages.filter(({ folder }) => folder !== 'testing')
const entries = forApps.flatMap(({ manifest }) =>
  Object.keys(manifest.exports)
    .filter((entry) => !entry.endsWith('.json'))
    .map((entry) => manifest.name + entry.slice(1)),
)

test.each(entries)('%s exports the same to import and to require', (entry) => {
  const imported = run(
    write('names.mjs', `console.log(Object.keys(await import('${entry}')).sort().join())`),
  )
  const required = run(
    write('names.cjs', `console.log(Object.keys(require('${entry}')).sort().join())`),
  )
  expect(imported.trim()).not.toBe('')
  expect(required.replaceAll(/\b__esModule,|,?module\.exports/g, '')).toBe(imported)
})

test('no declaration of ours has an error, also without skipLibCheck', () => {
  const lines = [...entries, '@countersign/testing'].map((entry) => `export * from '${entry}'`)
  // names that several re-export are the same ones: each entry is a module of its own here
  const files = lines.map((line, index) => {
    write(`ts-all/entry-${index}.ts`, `${line}\n`)
    return `entry-${index}.ts`
  })
  write('ts-all/package.json', JSON.stringify({ type: 'module' }))
  write(
    'ts-all/tsconfig.json',
    JSON.stringify({ compilerOptions: { ...STRICT, noEmit: true }, files }),
  )
  // Next's own have some that only skipLibCheck hides
  const ours = tsc('ts-all')
    .split('\n')
    .filter((line) => /^[^\s(]+\(\d+,\d+\)/.test(line) && !line.includes('/.pnpm/'))
  expect(ours).toEqual([])
})

test('the command runs', () => {
  const command = join(project, 'node_modules/.bin/countersign')
  const help = execFileSync(command, ['help'], { encoding: 'utf8' })
  expect(help).toMatch(/^Countersign decides, for each request/)
  const folder = dirname(write('cli/package.json', '{}'))
  execFileSync(command, ['init'], { cwd: folder })
  expect(
    execFileSync(command, ['check', 'countersign.policy.yaml'], { cwd: folder, encoding: 'utf8' }),
  ).toContain('countersign.policy.yaml')
})

describe.each(packages)('the tarball of $manifest.name', ({ manifest }) => {
  test('has what its manifest promises, a README and the licence, and no test', () => {
    const folder = join(project, 'node_modules', manifest.name)
    const packed = readManifest(folder)
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    const targets = Object.values(packed.exports).flatMap((entry) =>
      typeof entry === 'string' ? [entry] : Object.values(entry),
    )
    for (const target of [...targets, ...Object.values(packed.bin ?? {})])
      expect(existsSync(join(folder, target)), target).toBe(true)
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']))
    expect(files.filter((file) => /\.test\.|tsbuildinfo|^test/.test(file))).toEqual([])
    expect(readFileSync(join(folder, 'LICENSE'), 'utf8')).toBe(
      readFileSync(join(ROOT, 'LICENSE'), 'utf8'),
    )
    expect(JSON.stringify(packed)).not.toMatch(/workspace:|catalog:|@countersign\/source/)
    expect(Object.values(packed.dependencies ?? {})).not.toContain('*')
  })
})

function write(name: string, text: string): string {
  const path = join(project, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return path
}

function run(program: string): string {
  return execFileSync(process.execPath, [program], {
    cwd: dirname(program),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** What it says; nothing where all is well. */
function tsc(folder: string): string {
  try {
    const bin = join(ROOT, 'node_modules/typescript/bin/tsc')
    return execFileSync(process.execPath, [bin, '-p', '.'], {
      cwd: join(project, folder),
      encoding: 'utf8',
    })
  } catch (error) {
    return (error as { readonly stdout: string }).stdout
  }
}
