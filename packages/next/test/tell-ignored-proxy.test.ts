import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { tellIgnoredProxy } from '../src/tell-ignored-proxy.ts'

/** A folder with these files. */
function project(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'next-project-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

/** What is told, at two calls. */
function toldOf(folder: string): readonly string[] {
  const told: string[] = []
  const logger = {
    info() {},
    warn() {},
    error: (_: object, message: string) => void told.push(message),
  }
  for (let call = 0; call < 2; call++) tellIgnoredProxy(folder, logger)
  return told
}

const NEXT = 'node_modules/next/package.json'
const next = (version: string) => ({ [NEXT]: JSON.stringify({ name: 'next', version }) })

describe('a proxy.ts that Next ignores', () => {
  it.each(['proxy.ts', 'src/proxy.ts', 'proxy.js', 'src/proxy.mjs'])(
    'is told of once, with what to do: %s on Next 15',
    (file) => {
      expect(toldOf(project({ ...next('15.5.4'), [file]: '' }))).toEqual([
        expect.stringContaining(`Next 15.5.4 ignores ${file}`),
      ])
    },
  )

  it('is told of where Next lies above the app', () => {
    const folder = project({ ...next('15.0.0-rc.1'), 'apps/shop/proxy.ts': '' })
    expect(toldOf(join(folder, 'apps/shop'))).toHaveLength(1)
  })

  it.each([
    { name: 'Next 16', files: { ...next('16.4.6'), 'proxy.ts': '' } },
    { name: 'Next 15 with middleware.ts', files: { ...next('15.5.4'), 'middleware.ts': '' } },
    { name: 'a version that cannot be read', files: { [NEXT]: '{', 'proxy.ts': '' } },
    { name: 'a version that is none', files: { [NEXT]: '{"version":15}', 'proxy.ts': '' } },
    { name: 'no Next at all', files: { 'proxy.ts': '' } },
  ])('is none of $name', ({ files }) => {
    expect(toldOf(project(files))).toEqual([])
  })
})
