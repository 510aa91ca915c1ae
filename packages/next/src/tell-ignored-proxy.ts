// Next before 16 knows no proxy.ts and ignores the file without a word: whoever relies on it is told, loudly.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Logger } from '@countersign/core'

const FIRST_WITH_PROXY = 16
const FILES = ['proxy', 'src/proxy'].flatMap((name) =>
  ['ts', 'js', 'mjs'].map((ending) => `${name}.${ending}`),
)

/** Once in a process for each file. `folder`: of the app, where Next runs. */
export function tellIgnoredProxy(folder: string, logger: Logger): void {
  const file = FILES.find((name) => existsSync(join(/* turbopackIgnore: true */ folder, name)))
  if (file === undefined) return
  const version = nextVersion(folder)
  if (version === undefined || Number.parseInt(version, 10) >= FIRST_WITH_PROXY) return
  const path = join(folder, file)
  if (told().has(path)) return
  told().add(path)
  logger.error(
    { file: path, next: version },
    `Next ${version} ignores ${file}: nothing that it exports is ever called. Name the file middleware and its export too, or take Next 16. The guards of handlers, actions and pages hold all the same.`,
  )
}

/** As Node finds the package from there; `undefined` where it cannot be told. */
function nextVersion(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(/* turbopackIgnore: true */ at, 'node_modules/next/package.json')
    if (existsSync(path)) return readVersion(path)
    if (dirname(at) === at) return undefined
  }
}

function readVersion(path: string): string | undefined {
  try {
    const { version } = JSON.parse(readFileSync(path, 'utf8')) as { readonly version?: unknown }
    return typeof version === 'string' ? version : undefined
  } catch {
    return undefined
  }
}

const TOLD: unique symbol = Symbol.for('countersign.next.ignored-proxy')

/** On globalThis: Next evaluates the module of a guard several times. */
function told(): Set<string> {
  const holder = globalThis as { [TOLD]?: Set<string> }
  holder[TOLD] ??= new Set()
  return holder[TOLD]
}
