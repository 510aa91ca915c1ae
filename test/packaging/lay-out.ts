// A project with the packed packages in its node_modules, as npm lays them out. What they need of others is linked to the
// workspace's copies: no registry is asked.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { packPackages } from '../../scripts/pack-packages.mjs'
import { packages, ROOT, readManifest } from './manifests.ts'

/** Besides what the packages depend on: the types of frameworks, which an app has. */
const TYPES = ['@types/express', '@types/koa', '@types/node', '@types/react']

/** @returns the project's folder */
export function layOut(): string {
  execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-b'], {
    cwd: ROOT,
  })
  const project = mkdtempSync(join(tmpdir(), 'packed-'))
  const modules = join(project, 'node_modules')
  for (const [name, tarball] of packPackages(join(project, 'packs'))) {
    const folder = join(modules, name)
    mkdirSync(folder, { recursive: true })
    execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', folder])
    linkCommands(modules, folder)
  }
  for (const { path, manifest } of packages) {
    const needed = { ...manifest.dependencies, ...manifest.peerDependencies }
    for (const name of Object.keys(needed).filter((one) => !one.startsWith('@countersign/')))
      link(join(path, 'node_modules', name), join(modules, name))
    for (const name of TYPES) link(join(path, 'node_modules', name), join(modules, name))
  }
  return project
}

function linkCommands(modules: string, folder: string): void {
  for (const [name, file] of Object.entries(readManifest(folder).bin ?? {}))
    link(join(folder, file), join(modules, '.bin', name))
}

function link(from: string, to: string): void {
  if (existsSync(to) || !existsSync(from)) return
  mkdirSync(dirname(to), { recursive: true })
  symlinkSync(realpathSync(from), to)
}
