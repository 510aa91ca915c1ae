// A server on a free port, before there is an app: only then is its origin known.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Listening {
  readonly origin: string
  readonly server: Server
  stop(guard: { close(): Promise<void> }): Promise<void>
}

export async function listen(): Promise<Listening> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    server,
    async stop(guard) {
      await new Promise((resolve) => server.close(resolve))
      await guard.close()
    },
  }
}
