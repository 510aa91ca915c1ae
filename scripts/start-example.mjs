// Starts one of the example shops from a fresh clone: installs, builds, serves. What is up to date is left alone.
//   node scripts/start-example.mjs express|koa|next|hono|fastify
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { get } from 'node:http'
import { createServer } from 'node:net'
import { constants } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const EXAMPLES = ['express', 'koa', 'next', 'hono', 'fastify']
const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** What runs now: signals go to it. */
let running
/** Set by a signal: no further step begins. */
let stopped = false

async function main(name) {
  checkNode()
  if (!EXAMPLES.includes(name))
    fail(`Which example? Got ${name ?? 'nothing'}; say one of ${EXAMPLES.join(', ')}.`)
  checkPort()
  forwardSignals()
  endWithNpm()
  const folder = join(root, 'examples', name)
  if (!isInstalled(folder)) await run('npx', ['-y', pnpm(), 'install', '--frozen-lockfile'])
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b'])
  if (name === 'next' && !isNextBuilt(folder))
    await run(process.execPath, [nextBin(folder), 'build'], { cwd: folder })
  process.exitCode = await (name === 'next' ? serveNext(folder) : serveNode(name, folder))
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19))
    fail(`The examples need Node 20.19 or later; this is ${process.versions.node}.`)
}

function checkPort() {
  const { PORT } = process.env
  if (PORT && !(/^\d{1,5}$/.test(PORT) && Number(PORT) <= 65_535))
    fail(
      `PORT has to be a whole number from 0 to 65535, got ${JSON.stringify(PORT)}. Write one such as 3000, or 0 for any that is free.`,
    )
}

/** pnpm keeps a copy of the lockfile that it installed by. */
function isInstalled(folder) {
  const installed = join(root, 'node_modules/.pnpm/lock.yaml')
  return (
    existsSync(join(folder, 'node_modules')) &&
    existsSync(installed) &&
    readFileSync(installed, 'utf8') === readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8')
  )
}

function pnpm() {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return packageManager.split('+')[0]
}

/** Next clears the folder first and writes these last: a build that was broken off lacks one. */
function isNextBuilt(folder) {
  const marks = ['BUILD_ID', 'images-manifest.json'].map((file) => join(folder, '.next', file))
  if (!marks.every((mark) => existsSync(mark))) return false
  const built = Math.min(...marks.map((mark) => statSync(mark).mtimeMs))
  const packages = readdirSync(join(root, 'packages')).map((name) =>
    join(root, 'packages', name, 'dist'),
  )
  const sources = [folder, join(root, 'examples/shop'), join(root, 'pnpm-lock.yaml'), ...packages]
  return sources.filter((source) => existsSync(source)).every((source) => newestIn(source) <= built)
}

const NOT_SOURCES = ['node_modules', '.next', '.data', 'test', 'next-env.d.ts']

function newestIn(path) {
  const stats = statSync(path)
  if (!stats.isDirectory()) return path.endsWith('.tsbuildinfo') ? 0 : stats.mtimeMs
  const inside = readdirSync(path).filter((name) => !NOT_SOURCES.includes(name))
  return Math.max(0, ...inside.map((name) => newestIn(join(path, name))))
}

function nextBin(folder) {
  return join(folder, 'node_modules/next/dist/bin/next')
}

function serveNode(name, folder) {
  return start(process.execPath, ['dist/server.js'], { cwd: folder, env: serverEnv(name) })
}

/** Bound to the loopback in the demo: Next tells no handler where a request came from. */
async function serveNext(folder) {
  const env = serverEnv('next')
  env.PORT = await takePort(env.PORT)
  // the example's guard is closed before the process ends: examples/next/lib/guard.ts
  env.NEXT_MANUAL_SIG_HANDLE = 'true'
  const host = env.COUNTERSIGN_DEMO === '1' ? ['-H', '127.0.0.1'] : []
  const ended = start(process.execPath, [nextBin(folder), 'start', '-p', env.PORT, ...host], {
    cwd: folder,
    env,
  })
  const origin = `http://localhost:${env.PORT}`
  const first = await Promise.race([ended, answers(`http://127.0.0.1:${env.PORT}/healthz`)])
  if (first === 'answers') {
    const { whatToTry } = await import(new URL('../examples/shop/dist/index.js', import.meta.url))
    console.log(`ready ${origin}\n${whatToTry(origin)}`)
  }
  return ended
}

function serverEnv(name) {
  const { PORT, COUNTERSIGN_DEMO, COUNTERSIGN_DATA } = process.env
  return {
    ...process.env,
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    PORT: PORT || '3000',
    COUNTERSIGN_DEMO: COUNTERSIGN_DEMO ?? '1',
    COUNTERSIGN_DATA: COUNTERSIGN_DATA ? resolve(COUNTERSIGN_DATA) : join(root, '.data', name),
  }
}

/** The port, or a free one for 0. Tried before Next is: what answers on a taken port is not our shop. */
function takePort(port) {
  return new Promise((done) => {
    const server = createServer()
    server.once('error', ({ code }) =>
      fail(
        `Port ${port} of localhost cannot be listened on, got ${code}. Stop what listens there, or set PORT to another, or to 0 for any that is free.`,
      ),
    )
    server.listen(Number(port), '127.0.0.1', () => {
      const taken = server.address().port
      server.close(() => done(String(taken)))
    })
  })
}

async function answers(url) {
  while (running) {
    if (await isAnswered(url)) return 'answers'
    await new Promise((done) => setTimeout(done, 100))
  }
}

/** Not by fetch, which refuses some ports. */
function isAnswered(url) {
  return new Promise((done) => {
    const request = get(url, (reply) => {
      reply.resume()
      done(true)
    })
    request.once('error', () => done(false))
  })
}

/** A step before the server: ends everything where it fails. */
async function run(command, args, options = {}) {
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', COREPACK_ENABLE_DOWNLOAD_PROMPT: '0' }
  const code = await start(command, args, { cwd: root, env, ...options })
  if (code !== 0 || stopped) process.exit(code || 1)
}

/** Resolves to the exit code, as a shell counts it. */
function start(command, args, options) {
  // npx is a batch file on Windows, which only a shell runs
  const shell = process.platform === 'win32' && command === 'npx'
  const child = spawn(command, args, { stdio: 'inherit', shell, ...options })
  running = child
  return new Promise((done, failed) => {
    child.once('error', failed)
    child.once('exit', (code, signal) => {
      running = undefined
      done(code ?? 128 + constants.signals[signal])
    })
  })
}

/** Once only: a terminal and npm send Ctrl-C to the child as well, and a second one may mean "at once". */
function forwardSignals() {
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop(signal))
}

function stop(signal) {
  if (!running) process.exit(128 + constants.signals[signal])
  if (!stopped) running.kill(signal)
  stopped = true
}

/** `kill <pid of npm>` ends npm and the shell between it and us, and no signal arrives here: only our parent changes. */
function endWithNpm() {
  if (!process.env.npm_lifecycle_event) return
  const parent = process.ppid
  const watch = () => {
    if (process.ppid !== parent) stop('SIGTERM')
  }
  setInterval(watch, 250).unref()
}

function fail(message) {
  console.error(message)
  process.exit(1)
}

await main(process.argv[2])
