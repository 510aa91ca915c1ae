// The names that an entry exports, from its source: values and types. An entry lists them by name and has no logic.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packages } from './manifests.ts'

export interface Exported {
  readonly values: readonly string[]
  readonly types: readonly string[]
}

/** By what a user imports: `@countersign/next/edge`. */
export function readExports(): Readonly<Record<string, Exported>> {
  return Object.fromEntries(
    packages.flatMap(({ path, manifest }) =>
      Object.entries(manifest.exports).flatMap(([entry, target]) => {
        const source = typeof target === 'string' ? undefined : target['@countersign/source']
        return source === undefined
          ? []
          : [[manifest.name + entry.slice(1), exportsOf(readFileSync(join(path, source), 'utf8'))]]
      }),
    ),
  )
}

/** @throws where an entry has more than comments and lists of names */
export function exportsOf(source: string): Exported {
  const lists = /export (type )?\{([^}]*)\}(?: from '[^']+')?;?/g
  const rest = source.replaceAll(/^\s*\/\/.*$/gm, '').replaceAll(lists, '')
  if (rest.trim() !== '') throw new Error(`more than lists of names: ${rest.trim()}`)
  const names = [...source.matchAll(lists)].flatMap(([, type, list = '']) =>
    list
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '')
      .map((name) => ({
        name: name.replace(/^type /, '').replace(/^\w+ as /, ''),
        isType: type !== undefined || name.startsWith('type '),
      })),
  )
  const sorted = (isType: boolean) =>
    names
      .filter((one) => one.isType === isType)
      .map(({ name }) => name)
      .sort()
  return { values: sorted(false), types: sorted(true) }
}
