// The Next shop with proxy.ts taken away, and with apps of our own beside it: built once, then again where a source is newer.
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { OwnKeys } from './own-guards.ts'

export interface UnproxiedNext {
  readonly origin: string
  readonly dataDirectory: string
  stop(): Promise<void>
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const SHOP = join(ROOT, 'examples/next')
const OWN = fileURLToPath(new URL('own-next', import.meta.url))
const FOLDER = join(ROOT, 'test/.cache/attacks/next')
const POLICY = 'examples/shop/policy.yaml'
const NEXT = join(ROOT, 'test/node_modules/next/dist/bin/next')
const BUILT = join(FOLDER, '.next/images-manifest.json')
const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' } as const

/** `keys`: for the apps of our own; without, there is the shop alone. */
export async function startUnproxiedNext(keys?: OwnKeys): Promise<UnproxiedNext> {
  build()
  const port = await freePort()
  const dataDirectory = mkdtempSync(join(tmpdir(), 'attacked-next-'))
  const child = spawn(process.execPath, [NEXT, 'start', '-p', String(port), '-H', '127.0.0.1'], {
    cwd: FOLDER,
    env: {
      ...env,
      PORT: String(port),
      COUNTERSIGN_DATA: dataDirectory,
      COUNTERSIGN_DEMO: '1',
      ...(keys === undefined ? {} : { OWN_KEYS: JSON.stringify(keys) }),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = new Promise((resolve) => child.once('close', resolve))
  while (child.exitCode === null && !(await isListening(port)))
    await new Promise((resolve) => setTimeout(resolve, 50))
  if (child.exitCode !== null) throw new Error(`next start ended with ${child.exitCode}`)
  return {
    origin: `http://localhost:${port}`,
    dataDirectory,
    async stop() {
      child.kill('SIGTERM')
      await ended
      rmSync(dataDirectory, { recursive: true, force: true })
    },
  }
}

function build(): void {
  // as the shop's own start does: Next takes the packages as users do
  execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-b'], {
    cwd: ROOT,
  })
  if (isBuilt()) return
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(dirname(FOLDER), { recursive: true })
  const unwanted =
    /[\\/](node_modules|\.next|\.data|proxy\.ts|next\.config\.ts|tsconfig\.tsbuildinfo)$/
  cpSync(SHOP, FOLDER, { recursive: true, filter: (path) => !unwanted.test(path) })
  cpSync(OWN, FOLDER, { recursive: true })
  cpSync(join(ROOT, POLICY), join(dirname(FOLDER), 'shop/policy.yaml'))
  if (existsSync(join(FOLDER, 'proxy.ts'))) throw new Error('proxy.ts was not taken away')
  execFileSync(process.execPath, [NEXT, 'build'], { cwd: FOLDER, env, stdio: 'pipe' })
}

function isBuilt(): boolean {
  if (!existsSync(BUILT)) return false
  const at = statSync(BUILT).mtimeMs
  const packages = readdirSync(join(ROOT, 'packages')).map((name) => join(ROOT, 'packages', name))
  const sources = [
    SHOP,
    dirname(OWN),
    join(ROOT, 'examples/shop'),
    ...packages.map((one) => join(one, 'dist')),
  ]
  return sources.every((source) => newestIn(source) <= at)
}

function newestIn(path: string): number {
  if (!existsSync(path)) return 0
  const stats = statSync(path)
  if (!stats.isDirectory()) return path.endsWith('.tsbuildinfo') ? 0 : stats.mtimeMs
  const inside = readdirSync(path).filter(
    (name) => !['node_modules', '.next', '.data', 'next-env.d.ts'].includes(name),
  )
  return Math.max(0, ...inside.map((name) => newestIn(join(path, name))))
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
