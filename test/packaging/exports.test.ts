// What each package exports, pinned: a name that comes or goes is a decision, and is told in CHANGELOG.md.
//   UPDATE_EXPORTS=1 vitest run --project system test/packaging/exports.test.ts
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type Exported, exportsOf, readExports } from './read-exports.ts'

const PINNED = new URL('exports.json', import.meta.url)
const found = readExports()

if (process.env['UPDATE_EXPORTS'] === '1')
  writeFileSync(PINNED, `${JSON.stringify(found, null, 2)}\n`)
const pinned: Readonly<Record<string, Exported>> = JSON.parse(readFileSync(PINNED, 'utf8'))

test('every entry is pinned, and none that is gone', () => {
  expect(Object.keys(found)).toEqual(Object.keys(pinned))
})

test.each(Object.entries(pinned))('%s exports what is pinned', (entry, exported) => {
  expect(found[entry]).toEqual(exported)
})

test.each(Object.entries(pinned))(
  '%s has at run time the values that it lists',
  async (entry, { values }) => {
    expect(Object.keys(await import(entry)).sort()).toEqual(values)
  },
)

test('an entry with logic is refused', () => {
  expect(() => exportsOf("export { a } from './a.ts'\nconst b = 1")).toThrow(
    'more than lists of names: const b = 1',
  )
})
