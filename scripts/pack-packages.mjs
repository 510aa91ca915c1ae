// Packs every publishable package into a folder, as `pnpm publish` would: versions filled in, exports for users.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** The tarballs' paths by the packages' names. What is built is packed: run `tsc -b` first. */
export function packPackages(out) {
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  const [command, ...args] = pnpm()
  execFileSync(
    command,
    [...args, '--filter', './packages/*', '--recursive', 'pack', '--pack-destination', out],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
  )
  return new Map(
    readdirSync(join(root, 'packages')).map((folder) => {
      const { name, version } = readJson(join(root, 'packages', folder, 'package.json'))
      return [name, join(out, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`)]
    }),
  )
}

function pnpm() {
  // set by pnpm for a script that it runs
  const running = process.env.npm_execpath ?? ''
  if (/pnpm[^/]*\.c?js$/.test(running)) return [process.execPath, running]
  const { packageManager } = readJson(join(root, 'package.json'))
  return ['npx', '-y', packageManager.split('+')[0]]
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}
