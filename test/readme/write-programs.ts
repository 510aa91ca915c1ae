// TypeScript blocks as programs: each in a file of its own, where the packages that it imports are found.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Block, ROOT } from './markdown-blocks.ts'

/** Below test/, so that its packages are found; ignored by git. */
export const PROGRAMS: string = join(ROOT, 'test/.cache/readme')

export interface Program {
  readonly name: string
  readonly path: string
  readonly block: Block
}

/**
 * A block that names a host begins with an import of all that the host lends. `addresses`: where the test serves what the
 * block has under a name for readers.
 */
export function writeProgram(
  block: Block,
  addresses: Readonly<Record<string, string>> = {},
): Program {
  const name = `${block.file.replaceAll(/\W+/g, '-')}-${block.line}`
  const path = join(PROGRAMS, name, 'program.ts')
  mkdirSync(dirname(path), { recursive: true })
  const code = Object.entries(addresses).reduce(
    (text, [name, address]) => text.replaceAll(name, address),
    block.code,
  )
  writeFileSync(path, `${lent(block)}${code}\nexport {}\n`)
  return { name, path, block }
}

export function clearPrograms(folder: string = PROGRAMS): void {
  rmSync(folder, { recursive: true, force: true })
}

function lent({ directive }: Block): string {
  if (directive?.kind !== 'in' || !directive.path.includes('/hosts/')) return ''
  const source = readFileSync(join(ROOT, directive.path), 'utf8')
  const names = [...source.matchAll(/^export (?:const|async function|function) (\w+)/gm)]
  return `import { ${names.map(([, name]) => name).join(', ')} } from '../../../../${directive.path}'\n`
}
