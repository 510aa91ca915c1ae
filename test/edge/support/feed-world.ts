// An app on Node that serves its feed, and an edge guard that follows it inside the sandbox that Next uses.
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGuard, type Guard, memoryBackend } from '@countersign/express'
import { EdgeVM } from '@edge-runtime/vm'
import express from 'express'
import { bundleForEdge } from './bundle-for-edge.ts'

export const SECRET = 'the secret of the app and of its edge, for tests'
export const FEED = '/countersign/feed'
export const BY = { by: 'ann', why: 'a test' }

export const POLICY = `
countersign: 1
name: edge-feed
assurance: { levels: [{ acr: aal1, amr: [[pwd]] }, { acr: aal2, amr: [[pwd, otp]] }] }
actions: { account.view: {}, transfer.create: { resource: { amount: { type: integer } } }, key.create: {} }
external: [account-disabled]
routes:
  - { path: /account/**, action: account.view }
  - { path: /transfer, action: transfer.create }
  - { path: /keys, action: key.create }
threatModels: { calm: { bias: -3, signals: { new-device: 1, velocity: 1 }, levels: { MEDIUM: 0.35, HIGH: 0.7 } } }
segments: { everyone: { threatModel: calm } }
optOuts: { remembered-device: { kind: trusted-device, overall: 30d, idle: 7d, riskBelow: HIGH } }
rules:
  - { id: account, actions: [account.view], require: { acr: aal1, maxAge: 12h } }
  - { id: money, actions: [transfer.create], require: { acr: aal2, maxAge: 15m }, optOuts: [remembered-device] }
  - { id: keys, actions: [key.create], require: { acr: aal2, maxAge: 5m } }
  - { id: large, actions: [transfer.create], when: resource.amount > 1000, require: { acr: aal2, maxAge: 1m } }
  - { id: closed, actions: ["*"], when: '"account-disabled" in signals', deny: true }
`

/** The same, with a step-up for the account too. */
export const STRICTER: string = POLICY.replace(
  'actions: [account.view], require: { acr: aal1, maxAge: 12h }',
  'actions: [account.view], require: { acr: aal2, maxAge: 12h }',
)

export interface Node {
  readonly guard: Guard
  readonly port: number
  stop(): Promise<void>
}

/** The guard on Node behind one HTTP server: the feed's route, and a guarded one. */
export async function startNode(secret: string | readonly string[] = SECRET): Promise<Node> {
  const guard = createGuard({
    policy: POLICY,
    secret,
    challengePath: '/step-up',
    backend: memoryBackend(),
    identity: () => undefined,
    logger: { info() {}, warn() {}, error() {} },
  })
  const app = express()
  app.get(FEED, guard.feed())
  await guard.ready()
  const { port, stop } = await listen(app)
  return {
    guard,
    port,
    async stop() {
      await guard.close()
      await stop()
    },
  }
}

export async function listen(
  listener: RequestListener,
): Promise<{ readonly port: number; readonly server: Server; stop(): Promise<void> }> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    server,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export interface Edge {
  /** `goes on`, or the status of the refusal and the code of its problem. */
  ask(path: string, user?: string): Promise<'goes on' | readonly [number, string]>
  health(): Promise<{
    readonly ok: boolean
    readonly stale: boolean
    readonly position: string
    readonly revision: string
  }>
  ready(): Promise<void>
  /** What the guard told its logger. */
  told(): Promise<readonly string[]>
  close(): Promise<void>
}

let code: Promise<string> | undefined

/** In a sandbox of its own: it shares nothing with the app but the wire. */
export async function startEdge(
  port: number,
  options: {
    readonly secret?: string
    readonly maxStaleness?: string
    readonly path?: string
  } = {},
): Promise<Edge> {
  const { secret = SECRET, maxStaleness = '2s', path = FEED } = options
  code ??= bundleForEdge(ENTRY)
  const vm = new EdgeVM()
  const given = { url: `http://127.0.0.1:${port}${path}`, secret, maxStaleness }
  vm.evaluate(`globalThis.given = ${JSON.stringify(given)}`)
  vm.evaluate(await code)
  // out of the sandbox as text: its objects have constructors of their own
  const run = async (call: string) => JSON.parse(await vm.evaluate(`${call}.then(JSON.stringify)`))
  return {
    ask: (asked, user = 'alice') => run(`ask(${JSON.stringify(asked)}, ${JSON.stringify(user)})`),
    health: () => run('Promise.resolve(guard.health())'),
    async ready() {
      await run('guard.ready().then(() => null)')
    },
    told: () => run('Promise.resolve(told)'),
    async close() {
      await run('guard.close().then(() => null)')
    },
  }
}

const ENTRY = `
import { createEdgeGuard, httpFeed } from '@countersign/next/edge'
globalThis.told = []
const tell = (...words) => void told.push(words.map((one) => one.err?.message ?? JSON.stringify(one)).join(' '))
globalThis.guard = createEdgeGuard({
  feed: httpFeed({ url: given.url }),
  secret: given.secret,
  maxStaleness: given.maxStaleness,
  challengePath: '/step-up',
  identity: ({ headers }) => headers.get('x-user')
    ? { subject: headers.get('x-user'), session: 's', authTime: Date.now() - 1000, amr: ['pwd'] }
    : undefined,
  logger: { info() {}, warn: tell, error: tell },
})
globalThis.ask = async (path, user) => {
  const response = await guard(new Request('https://shop.example' + path, { headers: user === '' ? {} : { 'x-user': user } }))
  return response === undefined ? 'goes on' : [response.status, (await response.json()).code]
}
`
