// A server of HTTP/2 on a free port, and what speaks HTTP/1.1 with clients before it, as a proxy would. Nothing else changes.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type ClientHttp2Session, connect, createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo, Server as NetServer } from 'node:net'
import type { Listening } from './listen.ts'

/** What HTTP/2 says otherwise, or must not say. */
const OF_A_CONNECTION: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
])

export async function listenHttp2(): Promise<Listening> {
  const server = createHttp2Server()
  const inner = await portOf(server)
  const session = connect(`http://127.0.0.1:${inner}`)
  const front = createServer((req, res) => forward(session, req, res))
  const port = await portOf(front)
  return {
    origin: `http://localhost:${port}`,
    // its requests and responses are compatible with those of HTTP/1.1, which is all that frameworks know
    server: server as unknown as Listening['server'],
    async stop(guard) {
      await new Promise((resolve) => front.close(resolve))
      await new Promise<void>((resolve) => session.close(resolve))
      await new Promise<void>((resolve) => server.close(() => resolve()))
      await guard.close()
    },
  }
}

async function portOf(server: NetServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

function forward(session: ClientHttp2Session, req: IncomingMessage, res: ServerResponse): void {
  const given = Object.entries(req.headers).filter(([name]) => !OF_A_CONNECTION.has(name))
  const stream = session.request({
    ...Object.fromEntries(given),
    ':method': req.method,
    ':path': req.url,
    ':scheme': 'http',
    ':authority': req.headers.host,
  })
  req.pipe(stream)
  stream.once('error', () => res.destroy())
  stream.once('response', ({ ':status': status = 0, ...headers }) => {
    res.writeHead(status, headers)
    stream.pipe(res)
  })
}
