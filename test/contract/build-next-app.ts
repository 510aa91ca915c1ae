// Builds the Next app of the guard contract: as it stands with proxy.ts, and a copy with middleware.ts in its place, for
// Next takes only one of both.
import { spawn } from 'node:child_process'
import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compilePolicy } from '@countersign/policy'
import { CONTRACT_POLICY } from '../../packages/testing/src/guard-contract/contract-app.ts'

const APP = fileURLToPath(new URL('next-app', import.meta.url))
/** Beside it, so that what it imports lies where it did; git ignores it. */
const EDGE_APP = fileURLToPath(new URL('next-edge-app', import.meta.url))

export const NEXT_BIN = fileURLToPath(
  new URL('../node_modules/next/dist/bin/next', import.meta.url),
)

/** Resolves to the folder. The packages have to be built: Next takes them as users do. */
export async function buildNextApp(early: 'proxy.ts' | 'middleware.ts'): Promise<string> {
  if (early === 'middleware.ts') copyForTheEdge()
  const folder = early === 'proxy.ts' ? APP : EDGE_APP
  const { code, log } = await run([NEXT_BIN, 'build'], folder)
  if (code !== 0) throw new Error(`next build ended with ${code}:\n${log}`)
  return folder
}

function copyForTheEdge(): void {
  rmSync(EDGE_APP, { recursive: true, force: true })
  const isSource = (path: string) => !/[\\/](\.next|proxy\.ts|tsconfig\.tsbuildinfo)$/.test(path)
  cpSync(APP, EDGE_APP, { recursive: true, filter: isSource })
  writeFileSync(join(EDGE_APP, 'middleware.ts'), MIDDLEWARE)
  writeFileSync(join(EDGE_APP, 'policy.json'), JSON.stringify(compilePolicy(CONTRACT_POLICY)))
}

const MIDDLEWARE = `
import {
  type CompiledPolicy,
  createEdgeGuard,
  type EdgeGuard,
  type EdgeGuardOptions,
  httpFeed,
} from '@countersign/next/edge'
import { contractIdentity } from '../../../packages/testing/src/guard-contract/contract-app.ts'
import { startedWith } from './lib/scenario.ts'
import policy from './policy.json'

const started = startedWith()
const options = {
  identity: ({ headers }) => contractIdentity(headers.get('cookie')),
  challengePath: '/step-up',
  logoutPath: '/logout',
  loginPath: started?.options.loginPath,
} satisfies Partial<EdgeGuardOptions>

export const middleware: EdgeGuard =
  started?.feed === undefined
    ? createEdgeGuard({ ...options, policy: policy as unknown as CompiledPolicy })
    : createEdgeGuard({
        ...options,
        feed: httpFeed({ url: started.feed }),
        secret: started.options.secret,
        maxStaleness: '2s',
      })
`

function run(args: readonly string[], cwd: string): Promise<{ code: number | null; log: string }> {
  const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' } as const
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text
    })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, log }))
  })
}
