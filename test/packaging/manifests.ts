// The manifests of the packages that are published.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url))

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly license: string
  readonly keywords: readonly string[]
  readonly type: string
  readonly sideEffects: boolean
  readonly engines: { readonly node: string }
  readonly files: readonly string[]
  readonly bin?: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

export interface PublishedPackage {
  /** Its folder below packages/. */
  readonly folder: string
  readonly path: string
  readonly manifest: Manifest
}

export const packages: readonly PublishedPackage[] = readdirSync(join(ROOT, 'packages')).map(
  (folder) => {
    const path = join(ROOT, 'packages', folder)
    return { folder, path, manifest: readManifest(path) }
  },
)

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}
