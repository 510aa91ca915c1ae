// A load balancer: each request goes to the next instance, unless the browser says by a cookie which one it wants.
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** As balancers with sticky sessions have one: the number of an instance. */
export const STICKY = 'instance'

export interface RoundRobin {
  /** `http://localhost:PORT` */
  readonly origin: string
  /** How many requests each instance was given since `spreadOver`. */
  counts(): readonly number[]
  /** From the next request on. */
  spreadOver(origins: readonly string[]): void
  close(): Promise<void>
}

export async function startRoundRobin(): Promise<RoundRobin> {
  let instances: readonly string[] = []
  let counts: number[] = []
  let next = 0
  // none is kept: an instance that was killed would be asked on a dead connection
  const agent = new Agent({ keepAlive: false })
  const server = createServer((incoming, outgoing) => {
    const sticky = new RegExp(`(?:^|; )${STICKY}=(\\d+)`).exec(incoming.headers.cookie ?? '')?.[1]
    const at = sticky === undefined ? next++ % instances.length : Number(sticky)
    const origin = instances[at]
    if (origin === undefined) return void outgoing.writeHead(503).end()
    counts[at] = (counts[at] ?? 0) + 1
    forward(agent, origin, incoming, outgoing)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    counts: () => counts,
    spreadOver(origins) {
      instances = origins
      counts = origins.map(() => 0)
    },
    async close() {
      agent.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function forward(
  agent: Agent,
  origin: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void {
  const { hostname, port } = new URL(origin)
  const { method, url: path } = incoming
  const forwarded = [incoming.headers['x-forwarded-for'], incoming.socket.remoteAddress]
  // Host as it came, and the address that spoke to us on the right
  const headers = { ...incoming.headers, 'x-forwarded-for': forwarded.filter(Boolean).join(', ') }
  const sending = request({ agent, hostname, port, method, path, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
    answer.pipe(outgoing)
  })
  sending.once('error', () =>
    outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end(),
  )
  incoming.pipe(sending)
}
