// An app that receives security events: Hono on Node, a guarded account, and the push endpoint.
import { createGuard, memoryBackend } from '@countersign/hono'
import {
  createReceiver,
  type Receiver,
  type SecurityEvent,
  type TransmitterOptions,
} from '@countersign/shared-signals'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { listen } from '../../contract/listen.ts'
import { AUDIENCE } from './transmitter.ts'

export interface ReceivingApp {
  readonly origin: string
  readonly receiver: Receiver
  readonly told: (readonly [type: string, outcome: string])[]
  /** What becomes of a request of alice's in this login. */
  outcome(session?: string): Promise<string>
  push(jwt: string, headers?: Record<string, string>): Promise<Response>
  stop(): Promise<void>
}

const policy = {
  countersign: 1,
  name: 'receiving',
  actions: { 'account.view': {} },
  external: ['account-disabled', 'device-not-compliant', 'external-risk'],
  threatModels: {
    takeover: {
      bias: -2,
      signals: { 'external-risk': 4, 'device-not-compliant': 1.5 },
      levels: { MEDIUM: 0.35, HIGH: 0.7 },
    },
  },
  segments: { everyone: { threatModel: 'takeover' } },
  optOuts: { calm: { kind: 'low-risk', riskBelow: 'MEDIUM', until: inMonths(6) } },
  rules: [
    {
      id: 'account',
      actions: ['account.view'],
      require: { acr: 'aal2', maxAge: '1h' },
      optOuts: ['calm'],
    },
    { id: 'closed', actions: ['*'], when: '"account-disabled" in signals', deny: true },
  ],
}

export async function startReceivingApp(
  transmitter: Partial<TransmitterOptions> & { readonly issuer: string },
  secret = 'a secret of at least 32 characters, for these tests',
): Promise<ReceivingApp> {
  const { origin, server, stop } = await listen()
  const told: [string, string][] = []
  const quiet = { info() {}, warn() {}, error() {} }
  const guard = createGuard({
    identity: (c) => ({
      subject: 'alice',
      session: c.req.header('x-session') ?? 's1',
      amr: ['pwd'],
      authTime: Math.floor(Date.now() / 1000) - 60,
    }),
    backend: memoryBackend(),
    policy: policy as never,
    publicOrigin: origin,
    secret,
    logger: quiet,
  })
  const receiver = createReceiver({
    guard,
    transmitters: [
      {
        audience: AUDIENCE,
        algorithms: ['RS256'],
        subject: (id) => (id.format === 'iss_sub' ? String(id['sub']) : undefined),
        ...transmitter,
      },
    ],
    onEvent: ({ type }: SecurityEvent, outcome) => told.push([type, outcome]),
    logger: quiet,
  })
  const app = new Hono()
  app.get('/account', guard('account.view'), (c) => c.text(guard.decision(c)?.outcome ?? ''))
  app.post('/events', (c) => receiver.push(c.req.raw))
  server.on('request', getRequestListener(app.fetch))
  await guard.ready()
  return {
    ...{ origin, receiver, told },
    async outcome(session = 's1') {
      const reply = await fetch(`${origin}/account`, { headers: { 'x-session': session } })
      if (reply.status === 200) return await reply.text()
      return reply.status === 401 ? 'challenge' : reply.status === 403 ? 'deny' : `${reply.status}`
    },
    push: (jwt, headers = {}) =>
      fetch(`${origin}/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/secevent+jwt', ...headers },
        body: jwt,
      }),
    async stop() {
      await receiver.close()
      await stop(guard)
    },
  }
}

function inMonths(months: number): string {
  return new Date(Date.now() + months * 30 * 86_400_000).toISOString().slice(0, 10)
}
