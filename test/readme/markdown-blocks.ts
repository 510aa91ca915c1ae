// The code blocks of the documents, each with its place and with what a comment above it says of how it is run.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url))

export interface Block {
  /** From the root of the repository: `docs/policy.md`. */
  readonly file: string
  /** Of its first line of code. */
  readonly line: number
  readonly language: string
  readonly code: string
  /**
   * `<!-- in: path -->`: the program that lends it its names, its place or its base.
   * `<!-- run by: path -->`: another test runs it. `<!-- output -->`: nobody does, it is what was printed.
   */
  readonly directive?: { readonly kind: 'in' | 'run by' | 'output'; readonly path: string }
}

/** The README, each package's, and all of docs/ but the pages that are written from code. */
export function documents(): readonly string[] {
  const packages = readdirSync(`${ROOT}/packages`).map((name) => `packages/${name}/README.md`)
  const docs = readdirSync(`${ROOT}/docs`).filter((name) => !WRITTEN_FROM_CODE.has(name))
  const own = ['README.md', 'ARCHITECTURE.md', 'SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md']
  return [...own, ...docs.map((name) => `docs/${name}`), ...packages]
}

const WRITTEN_FROM_CODE = new Set(['policy-problems.md', 'cli.md'])

export function blocks(): readonly Block[] {
  return documents().flatMap(blocksOf)
}

/** @throws where a block is not closed */
export function blocksOf(file: string): readonly Block[] {
  const lines = readFileSync(`${ROOT}/${file}`, 'utf8').split('\n')
  const found: Block[] = []
  for (let index = 0; index < lines.length; index++) {
    const language = /^```(\S*)/.exec(lines[index] ?? '')?.[1]
    if (language === undefined) continue
    const end = lines.indexOf('```', index + 1)
    if (end === -1) throw new Error(`${file}:${index + 1}: a code block without an end`)
    const code = lines.slice(index + 1, end).join('\n')
    found.push({ file, line: index + 2, language, code, ...directiveAbove(lines, index) })
    index = end
  }
  return found
}

function directiveAbove(lines: readonly string[], fence: number): Pick<Block, 'directive'> {
  const above = lines.slice(0, fence).findLast((line) => line.trim() !== '') ?? ''
  const [, kind, path = ''] = /^<!-- (in|run by|output)(?:: (\S+))? -->$/.exec(above) ?? []
  return kind === undefined ? {} : { directive: { kind: kind as 'in', path } }
}
