// What npm shows and npm checks of each package.
import { describe, expect, test } from 'vitest'
import { packages } from './manifests.ts'

const FRAMEWORKS = ['express', 'koa', 'next', 'hono', 'fastify', 'react', 'vitest']

describe.each(packages)('$manifest.name', ({ folder, manifest }) => {
  test('has what users look for, and names no host', () => {
    expect(manifest).toMatchObject({
      name: `@countersign/${folder}`,
      license: 'MIT',
      type: 'module',
      sideEffects: false,
      engines: { node: '>=20.19.0' },
      description: expect.stringMatching(/^\S.{15,}[^.]$/),
    })
    expect(manifest.keywords).toContain('step-up')
    expect(manifest.files).toEqual(expect.arrayContaining(['dist', 'src']))
    expect(JSON.stringify(manifest)).not.toMatch(/https?:/)
  })

  test('tells types before code in each entry', () => {
    for (const [entry, target] of Object.entries(manifest.exports)) {
      if (typeof target === 'string') expect(entry).toMatch(/\.json$/)
      else expect(Object.keys(target)).toEqual(['@countersign/source', 'types', 'default'])
    }
  })

  test('takes frameworks from the app', () => {
    for (const name of FRAMEWORKS) expect(manifest.dependencies ?? {}).not.toHaveProperty(name)
  })
})
