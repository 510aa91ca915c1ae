// What a page loads for it: pinned, for a browser pays for every byte.
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import * as browser from '../src/index.ts'

test('what users import from here is just this', () => {
  expect(Object.keys(browser).sort()).toEqual(['announceConfirmed', 'createStepUpFetch'])
})

test('all of it is below 2 kB, minified and gzipped', async () => {
  const { outputFiles } = await build({
    entryPoints: [new URL('../src/index.ts', import.meta.url).pathname],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  })
  const [file] = outputFiles
  expect(gzipSync(file?.contents ?? '', { level: 9 }).length).toBeLessThan(2_000)
})

test('it can be made where there is no browser, for modules are evaluated on servers too', () => {
  expect(browser.createStepUpFetch({ show: 'navigation' })).toBeTypeOf('function')
})
